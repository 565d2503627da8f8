package org.heratio.offsite.operations.keys;

import java.util.List;
import java.util.Optional;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.ledger.EncryptedCopies;
import org.heratio.offsite.ledger.HeratioTables;
import org.heratio.offsite.ledger.LedgerException;

/**
 * Decides whether a process may ship unencrypted. While a dump is imported, a passphrase in {@code ahg_settings} is missing for a moment.
 * If anything was encrypted before, somebody has to say that nothing is to be encrypted any longer. Blocks.
 */
public final class PlaintextGuard {
    private final Settings settings;
    private final EncryptedCopies encryptedCopies;
    private final Optional<HeratioTables> elsewhere;

    /** @param elsewhere Heratio's tables if they are in another database than the ledger, which has its rows otherwise */
    public PlaintextGuard(Settings settings, EncryptedCopies encryptedCopies, Optional<HeratioTables> elsewhere) {
        this.settings = settings;
        this.encryptedCopies = encryptedCopies;
        this.elsewhere = elsewhere;
    }

    /** Throws if archives would be shipped unencrypted without anybody having asked for it. */
    public void require() throws LedgerException, ConfigException {
        Optional<ConfigProblem> problem = problem();
        if (problem.isPresent()) {
            throw new ConfigException(List.of(problem.get()));
        }
    }

    /** Returns why nothing may be shipped unencrypted; empty if it may, or if there is a passphrase. */
    public Optional<ConfigProblem> problem() throws LedgerException {
        if (settings.encryption().passphrase() != null || settings.encryption().none() || !encryptedBefore()) {
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

    private boolean encryptedBefore() throws LedgerException {
        return encryptedCopies.hasAny()
                || (elsewhere.isPresent() && elsewhere.get().hasEncryptedRows());
    }
}
