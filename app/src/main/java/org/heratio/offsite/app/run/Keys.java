package org.heratio.offsite.app.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.heratio.offsite.config.Secret;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.openpgp.BcpgPayloadCipher;
import org.heratio.offsite.openpgp.FormerPassphrases;
import org.heratio.offsite.openpgp.KeyId;
import org.heratio.offsite.openpgp.Misreading;
import org.heratio.offsite.openpgp.Passphrase;
import org.heratio.offsite.openpgp.PayloadCipher;
import org.jspecify.annotations.Nullable;

/** The passphrase of the settings, and the former ones. */
public final class Keys {
    private Keys() {}

    /** Writes with the passphrase alone, reads with former ones too, and with what earlier builds misread for them. */
    public static PayloadCipher cipher(Settings settings) {
        List<Passphrase> former = new ArrayList<>();
        settings.encryption().former().forEach(secret -> former.add(Passphrase.of(secret.chars())));
        misread(settings.encryption()).forEach(one -> former.add(one.passphrase()));
        return new FormerPassphrases(new BcpgPayloadCipher(), former);
    }

    /** A passphrase that an earlier build may have encrypted with in place of the right one. */
    record Misread(Misreading way, Passphrase passphrase) {
        /** Takes a tenth of a second or more. */
        String id(String installationId) {
            char[] chars = passphrase.copy();
            try {
                return KeyId.of(chars, installationId);
            } finally {
                Arrays.fill(chars, '\0');
            }
        }
    }

    /** Empty where all passphrases are ASCII, which cannot be misread. */
    static List<Misread> misread(Settings.Encryption encryption) {
        List<Secret> secrets = new ArrayList<>(encryption.former());
        if (encryption.passphrase() != null) {
            secrets.add(0, encryption.passphrase());
        }
        List<Misread> all = new ArrayList<>();
        for (Secret secret : secrets) {
            Misreading.of(secret.chars()).forEach((way, passphrase) -> all.add(new Misread(way, passphrase)));
        }
        return all;
    }

    /** What copies are read with first: the passphrase or, where there is none any more, the newest former one. */
    public static Optional<Passphrase> forReading(Settings settings) {
        Secret secret = settings.encryption().passphrase();
        if (secret == null && !settings.encryption().former().isEmpty()) {
            secret = settings.encryption().former().get(0);
        }
        return secret == null ? Optional.empty() : Optional.of(Passphrase.of(secret.chars()));
    }

    /** The key id of the passphrase in a ledger, worked out when it is first asked for; null without a passphrase. */
    static Supplier<@Nullable String> id(Settings settings, String installationId) {
        Secret secret = settings.encryption().passphrase();
        if (secret == null) {
            return () -> null;
        }
        return new Supplier<>() {
            private @Nullable String id;

            @Override
            public synchronized String get() {
                if (id == null) {
                    id = idOf(secret, installationId);
                }
                return id;
            }
        };
    }

    /** Takes a tenth of a second or more. */
    public static String idOf(Secret secret, String installationId) {
        char[] chars = secret.chars();
        try {
            return KeyId.of(chars, installationId);
        } finally {
            Arrays.fill(chars, '\0');
        }
    }
}
