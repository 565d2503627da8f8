package org.heratio.offsite.app.run;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.heratio.offsite.config.Secret;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.openpgp.BcpgPayloadCipher;
import org.heratio.offsite.openpgp.FormerPassphrases;
import org.heratio.offsite.openpgp.KeyId;
import org.heratio.offsite.openpgp.Passphrase;
import org.heratio.offsite.openpgp.PayloadCipher;
import org.jspecify.annotations.Nullable;

/** The passphrase of the settings, and the former ones. */
public final class Keys {
    private Keys() {}

    /** Writes with the passphrase alone, reads with former ones too. */
    public static PayloadCipher cipher(Settings settings) {
        List<Passphrase> former = settings.encryption().former().stream()
                .map(secret -> Passphrase.of(secret.chars()))
                .toList();
        return new FormerPassphrases(new BcpgPayloadCipher(), former);
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
