package org.heratio.offsite.operations.keys;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.heratio.offsite.config.Secret;
import org.heratio.offsite.config.Settings;

/** The key ids of the passphrases of the settings. Each takes a tenth of a second or more, and is derived once, when it is needed. */
public final class KnownKeys {
    /** From the id of the installation: first those of the passphrases that are likely to be used. */
    private final List<UnaryOperator<String>> derivations = new ArrayList<>();

    private final List<String> derived = new ArrayList<>();

    public KnownKeys(Settings.Encryption encryption) {
        List<Secret> secrets = new ArrayList<>(encryption.former());
        Secret passphrase = encryption.passphrase();
        if (passphrase != null) {
            secrets.add(0, passphrase);
        }
        secrets.forEach(secret -> derivations.add(installation -> Keys.idOf(secret, installation)));
        Keys.misread(encryption).forEach(misread -> derivations.add(misread::id));
    }

    /** Returns whether there is no passphrase at all. */
    boolean isEmpty() {
        return derivations.isEmpty();
    }

    /**
     * Returns the numbers of copies whose key none of the passphrases has, by key id.
     *
     * @param installation always the same
     */
    synchronized Map<String, Long> without(Map<String, Long> counts, String installation) {
        Map<String, Long> unknown = new HashMap<>(counts);
        derived.forEach(unknown::remove);
        while (!unknown.isEmpty() && derived.size() < derivations.size()) {
            String id = derivations.get(derived.size()).apply(installation);
            derived.add(id);
            unknown.remove(id);
        }
        return unknown;
    }
}
