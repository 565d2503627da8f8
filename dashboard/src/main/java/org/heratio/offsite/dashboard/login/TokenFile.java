package org.heratio.offsite.dashboard.login;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.config.Secret;
import org.heratio.offsite.config.Setting;
import org.heratio.offsite.files.ExclusiveFile;
import org.heratio.offsite.files.Look;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file with one token. It is made where it is missing, for its owner alone, with 256 random bits. Blocks. */
final class TokenFile {
    private static final Logger LOG = LoggerFactory.getLogger(TokenFile.class);
    private static final int BYTES = 32;
    private static final int SHORTEST = 32;
    private static final int LONGEST = 4_096;

    private TokenFile() {}

    /** Returns the token. */
    static Secret token(Setting setting, Path file) throws ConfigException {
        try {
            if (!Look.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                create(file);
            }
            return read(setting, file);
        } catch (IOException e) {
            throw problem(
                    setting + ": " + file + " cannot be used: " + e.getMessage(),
                    "let this user read the file, or create it in its directory");
        }
    }

    private static void create(Path file) throws IOException {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n";
        try (ExclusiveFile made = ExclusiveFile.create(file)) {
            ByteBuffer bytes = ByteBuffer.wrap(token.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                made.channel().write(bytes);
            }
            made.publish(false);
            LOG.info("made a token for the operators' page: {}", file);
        } catch (FileAlreadyExistsException e) {
            LOG.debug("another process made {} first", file);
        }
    }

    private static Secret read(Setting setting, Path file) throws IOException, ConfigException {
        BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
        if (!found.isRegularFile()) {
            throw problem(setting + ": " + file + " is not a regular file", "name a file with one line, or a new one");
        }
        if (found.size() > LONGEST) {
            throw problem(setting + ": " + file + " is too large for a token", "put one line into it");
        }
        String token = Files.readString(file, StandardCharsets.UTF_8).strip();
        if (token.length() < SHORTEST || !token.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw problem(
                    setting + ": " + file + " has no token of " + SHORTEST + " letters and digits or more",
                    "delete it, and the next start makes a new one; or write one with 'openssl rand -base64 32'");
        }
        if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
            LOG.warn("{}: every user of this host can read {}. HINT: chmod 600 {}", setting, file, file);
        }
        return new Secret(token);
    }

    private static ConfigException problem(String text, String hint) {
        return new ConfigException(List.of(new ConfigProblem(text, hint)));
    }
}
