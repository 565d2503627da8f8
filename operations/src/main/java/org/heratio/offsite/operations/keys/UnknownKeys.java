package org.heratio.offsite.operations.keys;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerException;

/**
 * The copies that no passphrase of the settings opens, by the key ids of the ledger: nothing is fetched. Copies whose key the ledger does not
 * know, as those of Heratio, are not among them.
 *
 * @param copies their number
 */
public record UnknownKeys(long copies) {
    /** What to do. */
    public static final String HINT =
            "write the passphrases that they were encrypted with, one per line, into the file that"
                    + " BACKUP_ENCRYPTION_PASSPHRASE_FORMER_FILE names; with the right one of these passphrases,"
                    + " 'gpg --decrypt' opens a copy, too";

    /** Counts them for once. Blocks. */
    public static UnknownKeys look(Settings.Encryption encryption, Ledger ledger) throws LedgerException {
        return look(new KnownKeys(encryption), ledger);
    }

    /** Counts them; none where no passphrase is set, as on a host that does not encrypt. Blocks. */
    public static UnknownKeys look(KnownKeys known, Ledger ledger) throws LedgerException {
        if (known.isEmpty()) {
            return new UnknownKeys(0);
        }
        Map<String, Long> counts = new HashMap<>(ledger.encryptedCopies().counts());
        counts.remove("");
        Map<String, Long> unknown = counts.isEmpty() ? counts : known.without(counts, ledger.installationId());
        return new UnknownKeys(
                unknown.values().stream().mapToLong(Long::longValue).sum());
    }

    /** Returns one sentence; empty if there are none. */
    public Optional<String> text() {
        return copies == 0
                ? Optional.empty()
                : Optional.of(copies
                        + (copies == 1 ? " encrypted copy opens" : " encrypted copies open")
                        + " with none of the passphrases that are set here: 'offsite restore' cannot restore "
                        + (copies == 1 ? "it" : "them"));
    }
}
