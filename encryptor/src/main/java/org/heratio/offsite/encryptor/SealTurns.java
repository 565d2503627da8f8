package org.heratio.offsite.encryptor;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.heratio.offsite.event.ArchiveSettled;
import org.heratio.offsite.ledger.DuePage;
import org.heratio.offsite.ledger.DueVersion;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.PendingWork;
import org.heratio.offsite.ledger.SealHistory;
import org.heratio.offsite.turn.Turns;

/** The turns of archives at the encryptor. Thread-safe. */
final class SealTurns extends Turns {
    private static final int HISTORY = 2_000;

    private final PendingWork work;
    private final Set<String> drivers;
    private boolean remembered;

    /**
     * @param drivers the destinations whose archives are sealed here
     * @param nanos as {@link System#nanoTime}
     */
    SealTurns(PendingWork work, Collection<String> drivers, LongSupplier nanos) {
        super(nanos);
        this.work = work;
        this.drivers = Set.copyOf(drivers);
    }

    /** Returns the archive whose turn it is: this one, or another one that waits. */
    ArchiveSettled inTurn(ArchiveSettled event) throws LedgerException {
        lookIfDue();
        return insteadOf(event.versionId(), event.path())
                .map(other -> new ArchiveSettled(other.versionId(), other.path()))
                .orElse(event);
    }

    @Override
    protected DuePage page(DueVersion behind, int limit) throws LedgerException {
        if (!remembered) {
            List<SealHistory> last = new ArrayList<>(work.lastSeals(HISTORY));
            Collections.reverse(last);
            last.forEach(this::remember);
            remembered = true;
        }
        return DuePage.of(work.toSeal(drivers, behind, limit), behind, limit);
    }

    private void remember(SealHistory seal) {
        if (seal.good()) {
            wasGood(seal.path());
        } else {
            failed(seal.path());
        }
    }
}
