package org.heratio.offsite.ledger.jdbc;

import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.Asked;
import org.heratio.offsite.ledger.ClaimedCopy;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Elsewhere;
import org.heratio.offsite.ledger.EncryptedCopy;
import org.heratio.offsite.ledger.FailedArchive;
import org.heratio.offsite.ledger.KnownArchive;
import org.heratio.offsite.ledger.Lease;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.OpenWork;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.ReplicationRow;
import org.heratio.offsite.ledger.RequestStatus;
import org.heratio.offsite.ledger.Unreadable;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger in H2, MariaDB/MySQL or PostgreSQL. Any number of threads and processes may use one database at once; each call is one
 * transaction, which is tried again on lost races and, for a bounded time, on lost connections.
 */
public final class JdbcLedger implements Ledger {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcLedger.class);

    private final DatabaseThreads threads;
    private final EmbeddedFile file;
    private final Transactions transactions;
    private final Leases leases;
    private final PublicLedger publicLedger;
    private final Settling settling;
    private final Sealing sealing;
    private final Adopting adopting;
    private final Reclaiming reclaiming;
    private volatile Supplier<@Nullable String> keyId = () -> null;
    private final Copies copies;
    private final OpenWorkQueries openWork;
    private final Attempts attempts;
    private final Requests requests;
    private final UnreadableRows unreadable;
    private final String installationId;
    private final AtomicBoolean closed = new AtomicBoolean();

    private JdbcLedger(Vertx vertx, LedgerConfig config, Clock clock, DatabaseThreads threads, EmbeddedFile file)
            throws LedgerException {
        this.threads = threads;
        this.file = file;
        this.transactions = new Transactions(config, threads.context(), file);
        this.installationId = transactions.run(Meta::installationId);
        this.publicLedger = new PublicLedger(clock, config.zone());
        CopyRows copyRows = new CopyRows(publicLedger);
        this.settling = new Settling(clock, copyRows);
        this.sealing = new Sealing(copyRows, () -> keyId.get());
        this.adopting = new Adopting(config.zone());
        this.reclaiming = new Reclaiming(config.zone());
        this.copies = new Copies(clock, config.zone(), publicLedger);
        this.attempts = new Attempts(clock);
        this.requests = new Requests(clock);
        this.unreadable = new UnreadableRows(clock);
        this.leases = new Leases(vertx, transactions, config.leaseTtl());
        this.openWork = new OpenWorkQueries(leases);
    }

    /**
     * Brings the database to the schema of this build and opens the ledger. Blocks for up to some twenty seconds while another process
     * migrates, or while the lock of a killed one expires; never call it on an event loop.
     *
     * @param vertx for the heartbeat of the leases; close the ledger before it
     * @param clock for the times that people see; leases and due times go by the database's clock
     * @throws LedgerException when the database cannot be reached or refuses the schema
     */
    public static JdbcLedger open(Vertx vertx, LedgerConfig config, Clock clock) throws LedgerException {
        EmbeddedFile file = EmbeddedFile.of(config);
        LossCheck loss = new LossCheck(config.installation(), file);
        Connection guard = new Schema(config, loss).migrate();
        DatabaseThreads threads = new DatabaseThreads(config.connections());
        boolean opened = false;
        try {
            file.remember();
            JdbcLedger ledger = new JdbcLedger(vertx, config, clock, threads, file);
            loss.opened(ledger.installationId());
            opened = true;
            return ledger;
        } finally {
            // only now: an embedded database would have been closed and opened again
            close(guard);
            if (!opened) {
                threads.close();
                file.close();
            }
        }
    }

    /** Says which key this process encrypts with: it is noted with each payload, and then with each copy. */
    public void encryptsWith(Supplier<@Nullable String> newKeyId) {
        this.keyId = newKeyId;
    }

    private static void close(Connection guard) {
        try {
            guard.close();
        } catch (SQLException e) {
            LOG.debug("the connection of the migration would not close", e);
        }
    }

    @Override
    public Map<String, KnownArchive> known() throws LedgerException {
        return transactions.run(Reports::known);
    }

    @Override
    public Version settle(ArchiveFile file, long landedAt, Collection<String> drivers, boolean plain)
            throws LedgerException {
        return transactions.run(tx -> settling.settle(tx, file, landedAt, drivers, plain));
    }

    @Override
    public void takeUpAgain(long versionId, Collection<String> drivers, boolean force, boolean plain)
            throws LedgerException {
        transactions.execute(tx -> sealing.takeUpAgain(tx, versionId, drivers, force, plain));
    }

    @Override
    public Version reject(ArchiveFile file, Collection<String> drivers, Failure failure) throws LedgerException {
        return transactions.run(tx -> settling.reject(tx, file, drivers, failure));
    }

    @Override
    public List<OpenWork> openWork(Collection<String> drivers, long graceMillis) throws LedgerException {
        return transactions.run(tx -> openWork.due(tx, drivers, graceMillis));
    }

    @Override
    public List<OpenWork> allOpenWork(Collection<String> drivers) throws LedgerException {
        return transactions.run(tx -> openWork.of(tx, null, drivers));
    }

    @Override
    public List<OpenWork> openWorkOf(long versionId, Collection<String> drivers) throws LedgerException {
        return transactions.run(tx -> openWork.of(tx, versionId, drivers));
    }

    @Override
    public void noteUnreadable(String root, Unreadable found) throws LedgerException {
        transactions.execute(tx -> unreadable.note(tx, root, found));
    }

    @Override
    public Unreadable unreadable(String root) throws LedgerException {
        return transactions.run(tx -> UnreadableRows.of(tx, root));
    }

    @Override
    public Optional<Version> version(long versionId) throws LedgerException {
        return transactions.run(tx -> Sealing.version(tx, versionId));
    }

    @Override
    public Optional<Payload> sealed(
            long versionId, String sha256, String spoolFile, String payloadSha256, long payloadSize, boolean encrypted)
            throws LedgerException {
        Sealing.Sealed sealed = new Sealing.Sealed(sha256, spoolFile, payloadSha256, payloadSize, encrypted);
        return transactions.run(tx -> sealing.sealed(tx, versionId, sealed));
    }

    @Override
    public boolean superseded(long versionId) throws LedgerException {
        return transactions.run(tx -> sealing.superseded(tx, versionId));
    }

    @Override
    public boolean failVersion(long versionId, Failure failure) throws LedgerException {
        return transactions.run(tx -> sealing.failVersion(tx, versionId, failure));
    }

    @Override
    public Optional<Payload> payloadOf(long versionId) throws LedgerException {
        return transactions.run(tx -> Sealing.payloadOf(tx, versionId));
    }

    @Override
    public Optional<Copy> copy(long copyId) throws LedgerException {
        return transactions.run(tx -> CopyRows.byId(tx, copyId));
    }

    @Override
    public List<Copy> copiesOf(long versionId) throws LedgerException {
        return transactions.run(tx -> CopyRows.of(tx, versionId));
    }

    @Override
    public Optional<Payload> payload(long payloadId) throws LedgerException {
        return transactions.run(tx -> Sealing.payload(tx, payloadId));
    }

    @Override
    public boolean intends(long copyId, String remotePath, Payload payload) throws LedgerException {
        return transactions.run(tx -> copies.intends(tx, copyId, remotePath, payload));
    }

    @Override
    public Optional<Copy> copyAt(String driver, String remotePath) throws LedgerException {
        return transactions.run(tx -> copies.at(tx, driver, remotePath));
    }

    @Override
    public boolean replicated(long copyId, String remotePath, Payload payload) throws LedgerException {
        return transactions.run(tx -> copies.replicated(tx, copyId, remotePath, payload));
    }

    @Override
    public boolean failCopy(long copyId, Failure failure) throws LedgerException {
        return transactions.run(tx -> copies.fail(tx, copyId, failure));
    }

    @Override
    public boolean verified(long copyId, String sha256) throws LedgerException {
        return transactions.run(tx -> {
            boolean verified = copies.verified(tx, copyId, sha256);
            if (verified) {
                requests.checked(tx, copyId, Requests.INTACT, null);
            }
            return verified;
        });
    }

    @Override
    public boolean damaged(Copy read, CopyState state, Failure failure) throws LedgerException {
        return transactions.run(tx -> copies.damaged(tx, read, state, failure));
    }

    @Override
    public List<Copy> toVerify(boolean all, @Nullable LocalDate from, @Nullable String driver) throws LedgerException {
        return transactions.run(tx -> copies.toVerify(tx, all, from, driver));
    }

    @Override
    public void attemptFailed(
            String stage, long versionId, long copyId, int attempt, Failure failure, @Nullable Long delayMillis)
            throws LedgerException {
        Attempts.Failed failed = new Attempts.Failed(stage, versionId, copyId, attempt, failure, delayMillis);
        transactions.execute(tx -> attempts.note(tx, failed));
    }

    @Override
    public void postponed(long versionId, long copyId, @Nullable Failure obstacle, long delayMillis)
            throws LedgerException {
        transactions.execute(tx -> attempts.postpone(tx, versionId, copyId, obstacle, delayMillis));
    }

    @Override
    public Optional<Lease> lease(String thing) throws LedgerException {
        return leases.take(thing);
    }

    @Override
    public List<String> spoolFilesInUse() throws LedgerException {
        return transactions.run(Reports::spoolFilesInUse);
    }

    @Override
    public void spoolFileRemoved(String spoolFile) throws LedgerException {
        if (!spoolFile.isEmpty()) {
            transactions.run(tx -> tx.update("DELETE FROM offsite_payload WHERE spool_file = ?", spoolFile));
        }
    }

    @Override
    public void payloadGone(long payloadId) throws LedgerException {
        transactions.run(tx -> tx.update("DELETE FROM offsite_payload WHERE id = ?", payloadId));
    }

    @Override
    public int plainPayloadsUnwanted() throws LedgerException {
        return transactions.run(Sealing::plainPayloadsUnwanted);
    }

    @Override
    public void openRequest(String requestId, String kind, Asked asked) throws LedgerException {
        transactions.execute(tx -> requests.open(tx, requestId, kind, asked));
    }

    @Override
    public Optional<Asked> asked(String requestId) throws LedgerException {
        return transactions.run(tx -> requests.asked(tx, requestId));
    }

    @Override
    public void addToRequest(String requestId, List<RequestStatus.Item> items) throws LedgerException {
        transactions.execute(tx -> requests.add(tx, requestId, items));
    }

    @Override
    public void settledForRequest(String requestId, String path, long versionId) throws LedgerException {
        transactions.execute(tx -> requests.settled(tx, requestId, path, versionId));
    }

    @Override
    public void unreadableForRequest(String requestId, String path, Failure failure) throws LedgerException {
        transactions.execute(tx -> requests.unreadable(tx, requestId, path, failure));
    }

    @Override
    public void requestScanned(String requestId, int found, int skipped) throws LedgerException {
        transactions.execute(tx -> requests.scanned(tx, requestId, found, skipped));
    }

    @Override
    public void checked(long copyId, String outcome, @Nullable String error) throws LedgerException {
        transactions.execute(tx -> requests.checked(tx, copyId, outcome, error));
    }

    @Override
    public Optional<RequestStatus> request(String requestId) throws LedgerException {
        return transactions.run(tx -> requests.status(tx, requestId));
    }

    @Override
    public List<ReplicationRow> history(int limit, @Nullable String status) throws LedgerException {
        return transactions.run(tx -> publicLedger.history(tx, limit, status));
    }

    @Override
    public Set<Long> proved(List<ReplicationRow> rows) throws LedgerException {
        return rows.isEmpty() ? Set.of() : transactions.run(tx -> Reports.proved(tx, rows));
    }

    @Override
    public List<Version> find(String archive) throws LedgerException {
        return transactions.run(tx -> Reports.find(tx, archive));
    }

    @Override
    public boolean holdsCopies(String driver, String remotePathPrefix) throws LedgerException {
        return transactions.run(tx -> Reports.holdsCopies(tx, driver, remotePathPrefix));
    }

    @Override
    public Map<String, Map<CopyState, Long>> copyCounts() throws LedgerException {
        return transactions.run(Reports::copyCounts);
    }

    @Override
    public List<FailedArchive> failedWithoutCopy() throws LedgerException {
        return transactions.run(Reports::failedWithoutCopy);
    }

    @Override
    public Map<VersionState, Long> versionCounts() throws LedgerException {
        return transactions.run(Reports::versionCounts);
    }

    @Override
    public List<ReplicationRow> openClaims(String driver, String place) throws LedgerException {
        return transactions.run(tx -> OpenClaims.at(tx, driver, place));
    }

    @Override
    public Set<Long> adopt(List<ClaimedCopy> claims) throws LedgerException {
        return transactions.run(tx -> {
            Set<Long> taken = new HashSet<>();
            for (ClaimedCopy claim : claims) {
                if (adopting.adopt(tx, claim)) {
                    taken.add(claim.row().id());
                }
            }
            return taken;
        });
    }

    @Override
    public void judged(String place, List<ReplicationRow> rows) throws LedgerException {
        transactions.execute(tx -> OpenClaims.judged(tx, place, rows));
    }

    @Override
    public Optional<ReplicationRow> overwritten(long copyId) throws LedgerException {
        return transactions.run(tx -> Reclaiming.overwritten(tx, copyId));
    }

    @Override
    public boolean reclaimed(Copy copy, ReplicationRow row) throws LedgerException {
        return transactions.run(tx -> reclaiming.reclaimed(tx, copy, row));
    }

    @Override
    public Optional<Long> scheduledUntil(String schedule) throws LedgerException {
        return transactions.run(tx -> Meta.scheduledUntil(tx, schedule));
    }

    @Override
    public boolean scheduled(String schedule, @Nullable Long from, long until) throws LedgerException {
        return transactions.run(tx -> Meta.scheduled(tx, schedule, from, until));
    }

    @Override
    public Elsewhere elsewhere(String driver, String remotePathPrefix) throws LedgerException {
        return transactions.run(tx -> Reports.elsewhere(tx, driver, remotePathPrefix));
    }

    @Override
    public Map<String, Long> claimedCounts() throws LedgerException {
        return transactions.run(Reports::claimedCounts);
    }

    @Override
    public Map<String, Long> keyCounts() throws LedgerException {
        return transactions.run(Reports::keyCounts);
    }

    @Override
    public List<EncryptedCopy> copiesOfKeys(Collection<String> keyIds) throws LedgerException {
        return transactions.run(tx -> KeyedCopies.of(tx, keyIds));
    }

    @Override
    public boolean shipAside(EncryptedCopy old) throws LedgerException {
        return transactions.run(tx -> KeyedCopies.shipAside(tx, old));
    }

    @Override
    public boolean hasEncrypted() throws LedgerException {
        return transactions.run(Reports::hasEncrypted);
    }

    @Override
    public Optional<Copy> newestEncrypted(String driver) throws LedgerException {
        return transactions.run(tx -> Reports.newestEncrypted(tx, driver));
    }

    @Override
    public String installationId() {
        return installationId;
    }

    @Override
    public void requirePresent() throws LedgerException {
        file.require();
    }

    /** Gives back the leases and lets go of the database; calls that still run fail. Idempotent, never throws. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            leases.close();
            transactions.close();
            threads.close();
            file.close();
        }
    }
}
