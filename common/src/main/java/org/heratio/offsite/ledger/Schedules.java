package org.heratio.offsite.ledger;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Until when schedules were carried out, by any process. The rules of {@link Ledger} hold. */
public interface Schedules {
    /** The name of the schedule that asks for a scan of the backup directory. */
    String SCAN = "scan";

    /** The name of the schedule that asks for the sweep of all copies. */
    String SWEEP = "sweep";

    /** Returns the epoch milliseconds until which a schedule was carried out; empty where it never was. */
    Optional<Long> doneUntil(String schedule) throws LedgerException;

    /**
     * Moves a schedule forward.
     *
     * @param from what {@link #doneUntil} returned, or null
     * @return false when another process was quicker; nothing changes then
     */
    boolean advance(String schedule, @Nullable Long from, long until) throws LedgerException;
}
