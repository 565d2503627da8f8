package org.heratio.offsite.operations.doctor;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.finding.Finding;
import org.heratio.offsite.ledger.HeratioTables;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.operations.inventory.BackupInventory;
import org.heratio.offsite.operations.keys.MisreadCopies;
import org.heratio.offsite.operations.keys.PassphraseCheck;
import org.heratio.offsite.operations.keys.PlaintextGuard;
import org.heratio.offsite.operations.places.Places;
import org.jspecify.annotations.Nullable;

/** The installation that a doctor examines. Each method blocks, and may fail by itself, so that the rest can be examined. */
public interface Examined {
    BackupInventory inventory();

    /** Returns Heratio's tables, which are not waited for; empty if no setting names them. */
    Optional<HeratioTables> heratio();

    /** Returns whether Heratio's tables are in the ledger's database. */
    boolean besideHeratio();

    /** Returns the location of the ledger, for people. */
    String ledgerPlace();

    /** Examines the rights of the ledger's database; nothing for an embedded one. */
    List<Finding> ledgerRights();

    /**
     * Examines the broker; nothing for queues in this process.
     *
     * @param ledger the id of the ledger, or null if it does not answer
     */
    List<Finding> broker(@Nullable String ledger) throws InterruptedException;

    /** Examines what the far side of a destination can do. */
    List<Finding> destination(String driver) throws FailureException, InterruptedException;

    /** Opens ledger and destinations. Nothing is made at the broker. */
    Opened open() throws FailureException, ConfigException, InterruptedException;

    /** The parts that need the ledger. */
    interface Opened extends AutoCloseable {
        Ledger ledger();

        /** Returns the destinations by driver. */
        Map<String, Destination> destinations();

        PassphraseCheck passphraseCheck();

        MisreadCopies misreadCopies();

        PlaintextGuard plaintextGuard();

        Places places();

        @Override
        void close();
    }
}
