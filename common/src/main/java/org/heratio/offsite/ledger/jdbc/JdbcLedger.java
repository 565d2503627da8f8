package org.heratio.offsite.ledger.jdbc;

import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.heratio.offsite.ledger.Copies;
import org.heratio.offsite.ledger.EncryptedCopies;
import org.heratio.offsite.ledger.HeratioClaims;
import org.heratio.offsite.ledger.HistorySearch;
import org.heratio.offsite.ledger.IdlePayloads;
import org.heratio.offsite.ledger.Journal;
import org.heratio.offsite.ledger.KnownBytes;
import org.heratio.offsite.ledger.Leases;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.LedgerView;
import org.heratio.offsite.ledger.Notices;
import org.heratio.offsite.ledger.Overview;
import org.heratio.offsite.ledger.Payloads;
import org.heratio.offsite.ledger.PendingWork;
import org.heratio.offsite.ledger.Proofs;
import org.heratio.offsite.ledger.Requests;
import org.heratio.offsite.ledger.RestorableArchives;
import org.heratio.offsite.ledger.Retries;
import org.heratio.offsite.ledger.Scans;
import org.heratio.offsite.ledger.Schedules;
import org.heratio.offsite.ledger.UnreadablePlaces;
import org.heratio.offsite.ledger.Versions;
import org.heratio.offsite.process.ProcessIdentity;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger in H2, MariaDB/MySQL or PostgreSQL. Any number of threads and processes may use one database at once; each
 * call is one transaction, which is tried again on lost races and, for a bounded time, on lost connections.
 */
public final class JdbcLedger implements Ledger {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcLedger.class);

    private final DatabaseThreads threads;
    private final EmbeddedFile file;
    private final Transactions transactions;
    private final String installationId;
    private volatile Supplier<@Nullable String> keyId = () -> null;
    private final Versions versions;
    private final KnownBytes knownBytes;
    private final Payloads payloads;
    private final Copies copies;
    private final Proofs proofs;
    private final PendingWork pendingWork;
    private final Requests requests;
    private final HeratioClaims claims;
    private final EncryptedCopies encryptedCopies;
    private final Schedules schedules;
    private final JdbcLeases leases;
    private final UnreadablePlaces unreadablePlaces;
    private final Scans scans;
    private final Journal journal;
    private final Notices notices;
    private final LedgerView view;
    private final Overview overview;
    private final Retries retries;
    private final IdlePayloads idlePayloads;
    private final RestorableArchives restorableArchives;
    private final HistorySearch search;
    private final AtomicBoolean closed = new AtomicBoolean();

    private JdbcLedger(Vertx vertx, LedgerConfig config, Clock clock, DatabaseThreads threads, EmbeddedFile file)
            throws LedgerException {
        this.threads = threads;
        this.file = file;
        this.transactions = new Transactions(config, threads.context(), file);
        this.installationId = transactions.run(Meta::installationId);
        PublicLedger publicLedger = new PublicLedger(clock, config.zone());
        JournalRows rows = new JournalRows(clock, actor());
        CopyRows copyRows = new CopyRows(publicLedger);
        Sealing sealing = new Sealing(copyRows, rows, () -> keyId.get());
        CopyTransitions copyTransitions = new CopyTransitions(clock, publicLedger, rows);
        RequestChecks requestChecks = new RequestChecks(clock);
        this.versions =
                new JdbcVersions(transactions, new Settling(clock, copyRows, rows), sealing, new Requeuing(rows));
        this.knownBytes = new JdbcKnownBytes(transactions, new SameBytes(publicLedger, rows, () -> keyId.get()));
        this.payloads = new JdbcPayloads(transactions, sealing);
        this.copies = new JdbcCopies(transactions, copyTransitions);
        this.proofs = new JdbcProofs(transactions, copyTransitions, requestChecks, config.zone());
        this.leases = new JdbcLeases(vertx, transactions, config.leaseTtl());
        this.pendingWork = new JdbcPendingWork(transactions, new PendingWorkQueries(leases), new Attempts(clock, rows));
        this.requests = new JdbcRequests(transactions, new RequestRows(clock, rows), requestChecks);
        this.claims = new JdbcHeratioClaims(
                transactions, new Adopting(config.zone(), rows), new Reclaiming(config.zone(), rows));
        this.encryptedCopies = new JdbcEncryptedCopies(transactions, rows);
        this.schedules = new JdbcSchedules(transactions);
        this.unreadablePlaces = new JdbcUnreadablePlaces(transactions, clock, rows);
        this.scans = new JdbcScans(transactions);
        this.journal = new JdbcJournal(transactions, rows, clock);
        this.notices = new JdbcNotices(transactions, rows);
        this.view = new JdbcLedgerView(transactions, publicLedger);
        this.overview = new JdbcOverview(transactions);
        this.retries = new JdbcRetries(transactions);
        this.idlePayloads = new JdbcIdlePayloads(transactions, leases);
        this.restorableArchives = new JdbcRestorableArchives(transactions);
        this.search = new JdbcHistorySearch(transactions);
    }

    /**
     * Brings the database to the schema of this build and opens the ledger. Blocks for up to some twenty seconds while
     * another process migrates, or while the lock of a killed one expires; never call it on an event loop.
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

    /** Returns who this process is, for people: a request of a command has the person who typed it. */
    private static String actor() {
        return System.getProperty("user.name", "?") + "@" + ProcessIdentity.hostName();
    }

    private static void close(Connection guard) {
        try {
            guard.close();
        } catch (SQLException e) {
            LOG.debug("the connection of the migration would not close", e);
        }
    }

    @Override
    public Versions versions() {
        return versions;
    }

    @Override
    public KnownBytes knownBytes() {
        return knownBytes;
    }

    @Override
    public Payloads payloads() {
        return payloads;
    }

    @Override
    public Copies copies() {
        return copies;
    }

    @Override
    public Proofs proofs() {
        return proofs;
    }

    @Override
    public PendingWork pendingWork() {
        return pendingWork;
    }

    @Override
    public Requests requests() {
        return requests;
    }

    @Override
    public HeratioClaims claims() {
        return claims;
    }

    @Override
    public EncryptedCopies encryptedCopies() {
        return encryptedCopies;
    }

    @Override
    public Schedules schedules() {
        return schedules;
    }

    @Override
    public Leases leases() {
        return leases;
    }

    @Override
    public UnreadablePlaces unreadablePlaces() {
        return unreadablePlaces;
    }

    @Override
    public Scans scans() {
        return scans;
    }

    @Override
    public Journal journal() {
        return journal;
    }

    @Override
    public Notices notices() {
        return notices;
    }

    @Override
    public LedgerView view() {
        return view;
    }

    @Override
    public Overview overview() {
        return overview;
    }

    @Override
    public Retries retries() {
        return retries;
    }

    @Override
    public IdlePayloads idlePayloads() {
        return idlePayloads;
    }

    @Override
    public RestorableArchives restorableArchives() {
        return restorableArchives;
    }

    @Override
    public HistorySearch search() {
        return search;
    }

    @Override
    public String installationId() {
        return installationId;
    }

    /** Returns what this ledger has asked of its database so far, heartbeats of leases included. */
    public LedgerActivity activity() {
        return transactions.activity();
    }

    @Override
    public void requirePresent() throws LedgerException {
        file.require();
        transactions.requireNotLost();
    }

    @Override
    public void requireUnchanged() throws LedgerException {
        requirePresent();
        transactions.requireId(installationId);
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
