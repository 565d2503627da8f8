package org.heratio.offsite.ledger;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.failure.Failure;

/** The versions of archives: how each is recorded, and which state it is in. The rules of {@link Ledger} hold. */
public interface Versions {
    /**
     * Returns the newest version of each path, without superseded ones, with the state of its copies.
     *
     * @return the versions by path
     */
    Map<String, KnownArchive> newest() throws LedgerException;

    /**
     * Returns the same for some paths only. The cost follows from the number of paths, and not from the size of the ledger.
     *
     * @return the versions by path, without paths that have none
     */
    Map<String, KnownArchive> newest(Collection<String> paths) throws LedgerException;

    /** Returns a version, or empty where there is none. */
    Optional<Version> find(long versionId) throws LedgerException;

    /** Returns those of the versions that there are, by id. Pass a few hundred at once. */
    Map<Long, Version> find(Collection<Long> versionIds) throws LedgerException;

    /**
     * Records a finished archive, or finds it where its path, size and times are recorded already. Where the ledger does not know the
     * time of the last change, size and mtime suffice. Adds a PENDING copy for each of the
     * drivers that has none. An older version of the path that was never sealed becomes SUPERSEDED and leaves its name to this one.
     * Otherwise this version gets a name of its own, with the UTC time of its mtime in it.
     *
     * @param landedAt epoch milliseconds of the first sight of the file
     * @param plain whether a person asked for unencrypted copies at the drivers; the payload is unencrypted only if each pending copy was
     *     asked for so
     */
    default Version settle(ArchiveFile file, long landedAt, Collection<String> drivers, boolean plain)
            throws LedgerException {
        return settle(Arrival.of(file, landedAt, drivers, plain)).version();
    }

    /** Records a finished archive as above, {@linkplain #requeue queues it again} if that is asked for, and returns what is to be done. */
    Settled settle(Arrival arrival) throws LedgerException;

    /**
     * Records when the files of versions changed last, where that is not known yet: builds before this one did not look.
     *
     * @param ctimeNanos by version
     */
    void learnChangeTimes(Map<Long, Long> ctimeNanos) throws LedgerException;

    /** Records a finished archive that cannot be shipped, because of its name for example, as FAILED, with failed public rows. */
    Version reject(ArchiveFile file, Collection<String> drivers, Failure failure) throws LedgerException;

    /**
     * Queues a version again. A FAILED version becomes SETTLED. FAILED, CORRUPT and MISSING copies at the drivers become PENDING, with all
     * repairs left. A version with pending copies and no payload becomes SETTLED, too.
     *
     * @param force whether REPLICATED and VERIFIED copies become PENDING as well, to be shipped again under the same name
     * @param plain as for {@link #settle}; holds for copies at the drivers that were pending before, too
     */
    void requeue(long versionId, Collection<String> drivers, boolean force, boolean plain) throws LedgerException;

    /** SETTLED → SUPERSEDED; its pending copies end. */
    boolean supersede(long versionId) throws LedgerException;

    /** Any unsealed state → FAILED; its pending copies → FAILED, with public rows that name the failure. */
    boolean fail(long versionId, Failure failure) throws LedgerException;
}
