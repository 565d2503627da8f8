package org.heratio.offsite.operations.keys;

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

/** Derives ciphers and key ids from the passphrases of the settings. */
public final class Keys {
    private Keys() {}

    /** Returns a cipher that encrypts with the passphrase, and decrypts with former and misread ones, too. */
    public static PayloadCipher cipher(Settings.Encryption encryption) {
        List<Passphrase> former = new ArrayList<>();
        encryption.former().forEach(secret -> former.add(Passphrase.of(secret.chars())));
        misread(encryption).forEach(one -> former.add(one.passphrase()));
        return new FormerPassphrases(new BcpgPayloadCipher(encryption.cipher()), former);
    }

    /** A passphrase that an earlier build may have encrypted with in place of the right one. */
    record Misread(Misreading way, Passphrase passphrase) {
        /** Derives its key id in a ledger. Takes a tenth of a second or more. */
        String id(String installationId) {
            char[] chars = passphrase.copy();
            try {
                return KeyId.of(chars, installationId);
            } finally {
                Arrays.fill(chars, '\0');
            }
        }
    }

    /** Returns what earlier builds may have misread; empty if all passphrases are ASCII, which cannot be misread. */
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

    /** Returns what copies are read with first: the passphrase or, if none is set, the newest former one. */
    public static Optional<Passphrase> forReading(Settings.Encryption encryption) {
        Secret secret = encryption.passphrase();
        if (secret == null && !encryption.former().isEmpty()) {
            secret = encryption.former().get(0);
        }
        return secret == null ? Optional.empty() : Optional.of(Passphrase.of(secret.chars()));
    }

    /** Supplies the key id of the passphrase in a ledger, and derives it on first use; null without a passphrase. */
    public static Supplier<@Nullable String> id(Settings.Encryption encryption, String installationId) {
        Secret secret = encryption.passphrase();
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

    /** Derives the key id of a passphrase in a ledger. Takes a tenth of a second or more. */
    public static String idOf(Secret secret, String installationId) {
        char[] chars = secret.chars();
        try {
            return KeyId.of(chars, installationId);
        } finally {
            Arrays.fill(chars, '\0');
        }
    }
}
