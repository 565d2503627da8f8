package org.heratio.offsite.ledger;

import java.util.Collection;
import java.util.List;

/** Lists the archives that a restore of many can bring back. The rules of {@link Ledger} hold. */
public interface RestorableArchives {
    /**
     * Returns the newest restorable version of each archive, by id: one that has a copy at one of some destinations, and whose file was not
     * modified after a time. Each page costs the same, however many came before.
     *
     * @param drivers at least one
     * @param asOf nanoseconds since 1970; {@link Long#MAX_VALUE} for now
     * @param after id of the last version of the page before; 0 for the first page
     * @param limit most versions of this page
     */
    List<Version> newest(Collection<String> drivers, long asOf, long after, int limit) throws LedgerException;
}
