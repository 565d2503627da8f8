package org.heratio.offsite.ledger;

import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.failure.Failure;
import org.jspecify.annotations.Nullable;

/**
 * What is off-site, what is on its way, and what was proved. Our own tables and Heratio's public table are written in one
 * transaction.
 *
 * <p>Every method blocks and is called from worker threads only, never from an event loop. Each is one transaction, which is
 * retried by itself on deadlocks. Each transition compares and sets: it returns false (or an empty list) and changes nothing when
 * the row is not, or no more, in the state that it starts from, so that any call may be repeated after a crash. Times are epoch
 * milliseconds; leases and {@code due} times go by the database's clock.
 */
public interface Ledger extends AutoCloseable {

    // ---- watcher

    /** The newest version at every path, superseded ones left out, with the copies at these destinations; by path. */
    Map<String, KnownArchive> known() throws LedgerException;

    /**
     * Records a finished archive, or finds it when the same path, size and mtime are known already. Copies at {@code drivers}
     * that do not exist come into being as PENDING. An older version at the path that was never sealed becomes SUPERSEDED and
     * leaves its name to this one; otherwise this one gets a name of its own with the UTC time of its mtime in it.
     *
     * @param landedAt when it was first seen
     * @param plain whether somebody asked for the copies at {@code drivers} to be shipped without encryption; the payload is made so only
     *     if that was asked for every copy that waits
     */
    Version settle(ArchiveFile file, long landedAt, Collection<String> drivers, boolean plain) throws LedgerException;

    /**
     * Takes up a version again: a FAILED version becomes SETTLED, FAILED copies (and CORRUPT and MISSING ones, with a fresh
     * count of repairs) at {@code drivers} become PENDING; with {@code force} those that are REPLICATED or VERIFIED do so too,
     * to be shipped again over the same name. When copies are pending then, the version is SETTLED again if its payload is gone.
     *
     * @param plain as for {@link #settle}, also for copies at {@code drivers} that were pending before
     */
    void takeUpAgain(long versionId, Collection<String> drivers, boolean force, boolean plain) throws LedgerException;

    /** A finished archive that cannot be shipped at all (its name, say): recorded as FAILED version with failed public rows. */
    Version reject(ArchiveFile file, Collection<String> drivers, Failure failure) throws LedgerException;

    /**
     * Unfinished work whose message should have been dealt with by now: nothing leases it, and its due time is more than
     * {@code graceMillis} ago. Each row that is returned has its due time set to now.
     *
     * @param graceMillis 0 returns all that is not leased, as at the start of a process whose messages died with it
     */
    List<OpenWork> openWork(Collection<String> drivers, long graceMillis) throws LedgerException;

    /** The unfinished work of one version, whether or not it is due. */
    List<OpenWork> openWorkOf(long versionId, Collection<String> drivers) throws LedgerException;

    /** All unfinished work, whether or not it is due or leased; changes nothing. */
    List<OpenWork> allOpenWork(Collection<String> drivers) throws LedgerException;

    /**
     * Records what a scan could not look at, in place of what earlier scans of the same directory recorded. A place that they recorded
     * too keeps its {@code since}. {@link Unreadable#NONE} clears all of it. Directories that no scan has seen for a week are forgotten.
     *
     * @param root the backup directory, absolute
     */
    void noteUnreadable(String root, Unreadable found) throws LedgerException;

    /** Returns what the last scan of a backup directory could not look at, longest known first. */
    Unreadable unreadable(String root) throws LedgerException;

    // ---- encryptor

    Optional<Version> version(long versionId) throws LedgerException;

    /**
     * SETTLED → SEALED, with the payload; also replaces the payload of a SEALED version whose own is gone (for repairs).
     *
     * @param sha256 of the archive
     * @return the payload, or empty when the version was not in a state to be sealed, or is to be encrypted by now
     */
    Optional<Payload> sealed(
            long versionId, String sha256, String spoolFile, String payloadSha256, long payloadSize, boolean encrypted)
            throws LedgerException;

    /** SETTLED → SUPERSEDED; its pending copies end. */
    boolean superseded(long versionId) throws LedgerException;

    /** Any unsealed state → FAILED, pending copies → FAILED, with public rows that say why. */
    boolean failVersion(long versionId, Failure failure) throws LedgerException;

    /** The payload that lies in the spool (or passes through) for a version, if there is one. */
    Optional<Payload> payloadOf(long versionId) throws LedgerException;

    // ---- uploader

    Optional<Copy> copy(long copyId) throws LedgerException;

    List<Copy> copiesOf(long versionId) throws LedgerException;

    Optional<Payload> payload(long payloadId) throws LedgerException;

    /**
     * Notes, before the first byte goes out, where a pending copy is to be put and what; so that a crash leaves no riddle. False also for
     * a payload in clear that was taken back, or would replace an encrypted copy that is damaged.
     */
    boolean intends(long copyId, String remotePath, Payload payload) throws LedgerException;

    /** Whether any copy at a destination, of any version, uses a remote path. */
    Optional<Copy> copyAt(String driver, String remotePath) throws LedgerException;

    /** PENDING (or CORRUPT, MISSING under repair) → REPLICATED, with the public row. */
    boolean replicated(long copyId, String remotePath, Payload payload) throws LedgerException;

    /** PENDING → FAILED, with the public row. */
    boolean failCopy(long copyId, Failure failure) throws LedgerException;

    // ---- verifier

    /**
     * REPLICATED, VERIFIED, CORRUPT, MISSING → VERIFIED, with the proof and the public row, and noted as intact in every request that waits
     * for it.
     */
    boolean verified(long copyId, String sha256) throws LedgerException;

    /**
     * → CORRUPT or MISSING, repairs + 1, with a public row {@code failed}.
     *
     * @param read the copy as it was when its bytes were read; false when it was shipped, proved or found damaged since
     */
    boolean damaged(Copy read, CopyState state, Failure failure) throws LedgerException;

    /**
     * What a sweep has to read: unproved copies first, then those proved longest ago.
     *
     * @param all also VERIFIED ones
     * @param from only those replicated on or after this day, in the zone of the public table
     * @param driver only this destination
     */
    List<Copy> toVerify(boolean all, @Nullable LocalDate from, @Nullable String driver) throws LedgerException;

    // ---- the stage shell

    /** Notes a failed attempt at a version or copy, and in how long by the database's clock the next is due; null for never. */
    void attemptFailed(
            String stage, long versionId, long copyId, int attempt, Failure failure, @Nullable Long delayMillis)
            throws LedgerException;

    /**
     * Work was put off for no fault of anyone's and its message comes again after this time: until then it is not overdue. Changes nothing
     * where work is due later than that already.
     *
     * @param copyId 0 when it is the version that waits
     * @param obstacle what a person should know that it waits for, or null
     */
    void postponed(long versionId, long copyId, @Nullable Failure obstacle, long delayMillis) throws LedgerException;

    /** Takes the lease on a thing like {@code version:12}, or empty when another live process or thread has it. */
    Optional<Lease> lease(String thing) throws LedgerException;

    // ---- spool

    /** The file names of all payloads that still have work left (a copy that is PENDING, CORRUPT or MISSING with repairs left). */
    List<String> spoolFilesInUse() throws LedgerException;

    /** Forgets the payload of a file that was removed from the spool. */
    void spoolFileRemoved(String spoolFile) throws LedgerException;

    /** Forgets a payload that is of no use any more: its bytes are gone, or not what they were. Idempotent. */
    void payloadGone(long payloadId) throws LedgerException;

    /**
     * Forgets payloads that were made when no passphrase was set, and wait to be shipped for versions that nobody wanted plain.
     *
     * @return how many
     */
    int plainPayloadsUnwanted() throws LedgerException;

    // ---- requests

    /** Opens a request of the command line's, and forgets those that are older than a week. Repeated, it changes nothing. */
    void openRequest(String requestId, String kind, Asked asked) throws LedgerException;

    /** Opens one that asks for nothing out of the ordinary. */
    default void openRequest(String requestId, String kind) throws LedgerException {
        openRequest(requestId, kind, new Asked(false, false));
    }

    /**
     * What was asked for with a request that is still open: until the scan for it is through, and an hour long in any case, since that may be
     * repeated after a crash. Empty for others.
     */
    Optional<Asked> asked(String requestId) throws LedgerException;

    /** Adds archives (by path, with a version or 0 while it is being written) and destinations to a request. */
    void addToRequest(String requestId, List<RequestStatus.Item> items) throws LedgerException;

    /** An archive that was being written when the request looked at it has settled, or is gone (versionId 0). */
    void settledForRequest(String requestId, String path, long versionId) throws LedgerException;

    /** Fails the items of a request that wait for this archive to settle: it cannot be looked at any longer. Idempotent. */
    void unreadableForRequest(String requestId, String path, Failure failure) throws LedgerException;

    /** All that belongs to the request is known now. */
    void requestScanned(String requestId, int found, int skipped) throws LedgerException;

    /** The verifier came to an end with a copy: notes it in every request that waits for it. */
    void checked(long copyId, String outcome, @Nullable String error) throws LedgerException;

    Optional<RequestStatus> request(String requestId) throws LedgerException;

    // ---- adoption and keys

    /**
     * Rows of Heratio's at a destination that nobody has looked at yet, oldest first: without a copy of ours, and neither adopted nor
     * {@linkplain #judged judged}. While one that Heratio calls replicated or verified is open, {@link #settle} makes no copy of its
     * archive at that destination.
     *
     * @param place what tells where the destination is: rows that were judged when it was elsewhere are open again
     */
    List<ReplicationRow> openClaims(String driver, String place) throws LedgerException;

    /**
     * Takes rows that Heratio wrote into our own tables: REPLICATED copies that count as Heratio's claims until they are proved, or found
     * damaged. No work comes of them but that of sweeps. The public rows stay as they are. One transaction: a few hundred at once.
     *
     * @return the ids of the rows that were taken; not those that are not any more what they were, or of whose path, or at whose remote
     *     path, we have a copy already
     */
    Set<Long> adopt(List<ClaimedCopy> claims) throws LedgerException;

    /** Rows of Heratio's that do not fit are no open claims any more, until Heratio writes them anew. A few hundred at once. */
    void judged(String place, List<ReplicationRow> rows) throws LedgerException;

    /**
     * What Heratio says that it put in the place of a copy of ours, of the newest version of its path; empty where it says nothing of the
     * kind.
     */
    Optional<ReplicationRow> overwritten(long copyId) throws LedgerException;

    /**
     * What lies there is Heratio's: the copy becomes its claim, with its hash and size. False when the row is not any more what it was, or
     * the copy is another one by now.
     */
    boolean reclaimed(Copy copy, ReplicationRow row) throws LedgerException;

    /** How many copies are claims that nobody has proved yet, by driver. */
    Map<String, Long> claimedCounts() throws LedgerException;

    /** How many encrypted copies there are of each key id; an empty id for those whose key is not known. */
    Map<String, Long> keyCounts() throws LedgerException;

    /** Returns the copies that were shipped encrypted with one of these keys, whatever their state is now, oldest first. */
    List<EncryptedCopy> copiesOfKeys(Collection<String> keyIds) throws LedgerException;

    /**
     * Has a copy shipped again, encrypted with the present key and under another name: it becomes PENDING, and what lies at the destination
     * stays there untouched. Payloads that were made with its key are forgotten. Until the new one is through, the copy is still the old one
     * for whoever restores it.
     *
     * @return false when the copy no longer has that key, or its version gave way to a newer one
     */
    boolean shipAside(EncryptedCopy old) throws LedgerException;

    /** Whether anything was ever encrypted here, or by Heratio: copies, payloads on their way, rows of the public table. */
    boolean hasEncrypted() throws LedgerException;

    /** The encrypted copy at a destination that was shipped last, and is not known to be damaged. */
    Optional<Copy> newestEncrypted(String driver) throws LedgerException;

    // ---- schedules

    /** Up to which time (epoch milliseconds) a schedule was seen to, by whichever process; empty when nobody ever was. */
    Optional<Long> scheduledUntil(String schedule) throws LedgerException;

    /** Moves that on; false, and nothing is changed, when another process has been quicker. */
    boolean scheduled(String schedule, @Nullable Long from, long until) throws LedgerException;

    // ---- people

    /** The public table, newest {@code replicated_at} first. */
    List<ReplicationRow> history(int limit, @Nullable String status) throws LedgerException;

    /** The ids of those of its rows whose bytes, as the row has them, we have read back ourselves; whatever became of them since. */
    Set<Long> proved(List<ReplicationRow> rows) throws LedgerException;

    /** The newest versions that have at least one copy at a destination, for restore: those whose path or remote name ends so. */
    List<Version> find(String archive) throws LedgerException;

    /** Whether a destination should hold copies, REPLICATED or VERIFIED, whose remote path begins so. */
    boolean holdsCopies(String driver, String remotePathPrefix) throws LedgerException;

    /** The copies at a destination, and those whose remote paths do not begin so. */
    Elsewhere elsewhere(String driver, String remotePathPrefix) throws LedgerException;

    /** Counts of copies by driver and state. */
    Map<String, Map<CopyState, Long>> copyCounts() throws LedgerException;

    /** Counts of versions by state. */
    Map<VersionState, Long> versionCounts() throws LedgerException;

    /** What failed and has no copy anywhere, by version. */
    List<FailedArchive> failedWithoutCopy() throws LedgerException;

    /** A random id of this ledger, made with it: marks what is ours at destinations that several ledgers share. */
    String installationId();

    /**
     * Checks that the database is still the one that was opened. Cheap enough for every second; each transaction does the same.
     *
     * @throws LedgerException {@code LEDGER_LOST} when the file of an embedded database was deleted, emptied or replaced
     */
    void requirePresent() throws LedgerException;

    @Override
    void close();
}
