package org.heratio.offsite.app.run;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.jdbc.HeratioDatabase;

/**
 * Whether a process may ship unencrypted. A passphrase that stood in {@code ahg_settings} is not there for a moment while a dump is
 * imported: where something was encrypted before, somebody has to say that nothing is to be encrypted any more. Blocks.
 */
public final class InClear {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private InClear() {}

    /** Refuses what would ship in clear without anybody having said so. */
    public static void require(Node node) throws LedgerException, ConfigException {
        Optional<ConfigProblem> problem = problem(node);
        if (problem.isPresent()) {
            throw new ConfigException(List.of(problem.get()));
        }
    }

    /** Why nothing may be shipped unencrypted; empty where it may, or where there is a passphrase. */
    public static Optional<ConfigProblem> problem(Node node) throws LedgerException {
        Settings settings = node.settings();
        if (settings.encryption().passphrase() != null || settings.encryption().none() || !encryptedBefore(node)) {
            return Optional.empty();
        }
        boolean heratio = settings.heratio() != null;
        return Optional.of(new ConfigProblem(
                "no passphrase is set, though archives were encrypted before: nothing is shipped in clear unasked",
                (heratio
                                ? "put backup_encryption_passphrase back into ahg_settings, or set"
                                        + " BACKUP_ENCRYPTION_PASSPHRASE_FILE; to ship unencrypted from now on let the row be there with"
                                        + " an empty text, or set"
                                : "set BACKUP_ENCRYPTION_PASSPHRASE_FILE; to ship unencrypted from now on set")
                        + " BACKUP_ENCRYPTION_PASSPHRASE=(empty); for one run: replicate --no-encryption"));
    }

    private static boolean encryptedBefore(Node node) throws LedgerException {
        if (node.ledger().encryptedCopies().hasAny()) {
            return true;
        }
        if (Ledgers.besideHeratio(node.settings())) {
            return false;
        }
        Optional<HeratioDatabase> heratio = Ledgers.heratio(node.settings(), PATIENCE);
        return heratio.isPresent() && heratio.get().hasEncryptedRows();
    }
}
