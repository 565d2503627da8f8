package org.heratio.offsite.dashboard.login;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.config.Secret;
import org.heratio.offsite.config.Setting;
import org.heratio.offsite.config.Settings;

/**
 * The tokens, and the sessions that were opened with them. A session is a signed text that the browser keeps, so that it outlives a restart.
 * Its key is made from the token: a new token ends all sessions of the old one.
 */
public final class Credentials {
    static final Duration SESSION = Duration.ofDays(7);

    private static final String VERSION = "v1";
    private static final String PURPOSE = "offsite session ";

    private final Map<User.Role, String> tokens = new EnumMap<>(User.Role.class);
    private final Clock clock;

    private Credentials(Clock clock) {
        this.clock = clock;
    }

    /** Reads the files of the tokens, and makes those that are missing. Blocks. */
    public static Credentials load(Settings.Dashboard settings, Clock clock) throws ConfigException {
        Credentials credentials = new Credentials(clock);
        credentials.add(
                User.Role.ADMIN, TokenFile.token(Setting.BACKUP_OFFSITE_DASHBOARD_TOKEN_FILE, settings.tokenFile()));
        if (settings.readTokenFile() != null) {
            credentials.add(
                    User.Role.READ_ONLY,
                    TokenFile.token(Setting.BACKUP_OFFSITE_DASHBOARD_READ_TOKEN_FILE, settings.readTokenFile()));
        }
        return credentials;
    }

    private void add(User.Role role, Secret token) throws ConfigException {
        if (tokens.containsValue(token.reveal())) {
            throw new ConfigException(List.of(new ConfigProblem(
                    Setting.BACKUP_OFFSITE_DASHBOARD_READ_TOKEN_FILE
                            + ": its token is that of administrators: whoever may look could act",
                    "name another file than in " + Setting.BACKUP_OFFSITE_DASHBOARD_TOKEN_FILE
                            + ", with another token in it")));
        }
        tokens.put(role, token.reveal());
    }

    private static User user(User.Role role) {
        return new User(
                switch (role) {
                    case ADMIN -> "admin";
                    case READ_ONLY -> "reader";
                },
                role);
    }

    /** Returns whose token it is. The time that it takes says nothing about how much of a token is right. */
    Optional<User> ofToken(String token) {
        Optional<User> found = Optional.empty();
        for (Map.Entry<User.Role, String> known : tokens.entrySet()) {
            if (found.isEmpty() && equal(known.getValue(), token)) {
                found = Optional.of(user(known.getKey()));
            }
        }
        return found;
    }

    /** Returns the text of a new session. */
    String newSession(User user) {
        String claim = VERSION + "." + word(user.role()) + "."
                + clock.instant().plus(SESSION).getEpochSecond();
        return claim + "." + signature(user.role(), claim);
    }

    /** Returns whose session it is; empty for one that has ended, or was not made here. */
    Optional<User> ofSession(String session) {
        String[] parts = session.split("\\.", -1);
        if (parts.length != 4 || !parts[0].equals(VERSION)) {
            return Optional.empty();
        }
        for (User.Role role : tokens.keySet()) {
            if (word(role).equals(parts[1])
                    && equal(signature(role, parts[0] + "." + parts[1] + "." + parts[2]), parts[3])
                    && Instant.ofEpochSecond(Long.parseLong(parts[2])).isAfter(clock.instant())) {
                return Optional.of(user(role));
            }
        }
        return Optional.empty();
    }

    private static String word(User.Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }

    private String signature(User.Role role, String claim) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(bytes(tokens.getOrDefault(role, "")), "HmacSHA256"));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal(bytes(PURPOSE + claim)));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Compares hashes, so that neither the content nor the length of the right text can be measured. */
    private static boolean equal(String right, String given) {
        return MessageDigest.isEqual(hash(right), hash(given));
    }

    private static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
