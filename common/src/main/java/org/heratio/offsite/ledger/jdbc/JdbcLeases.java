package org.heratio.offsite.ledger.jdbc;

import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.heratio.offsite.ledger.CopyWork;
import org.heratio.offsite.ledger.Lease;
import org.heratio.offsite.ledger.Leased;
import org.heratio.offsite.ledger.Leases;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.VersionWork;
import org.heratio.offsite.process.ProcessIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who works on what. One row per thing; the database's clock says when it is free again, and one statement per heartbeat renews all
 * rows of this ledger.
 */
final class JdbcLeases implements Leases {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcLeases.class);

    private final Transactions transactions;
    private final Duration ttl;
    private final ProcessIdentity identity = ProcessIdentity.ofThisProcess();
    private final Map<String, HeldLease> held = new ConcurrentHashMap<>();
    /** Given back, but the database has not heard of it yet. */
    private final Set<HeldLease> unreleased = ConcurrentHashMap.newKeySet();

    private final AtomicBoolean beating = new AtomicBoolean();
    private final Vertx vertx;
    private final WorkerExecutor heart;
    private final long timer;

    JdbcLeases(Vertx vertx, Transactions transactions, Duration ttl) {
        this.vertx = vertx;
        this.transactions = transactions;
        this.ttl = ttl;
        this.heart = vertx.createSharedWorkerExecutor("offsite-lease-" + identity.instance(), 1);
        this.timer = vertx.setPeriodic(ttl.toMillis() / 3, tick -> beat());
    }

    @Override
    public Optional<Lease> take(String thing) throws LedgerException {
        return take(thing, tx -> Optional.empty()).map(Leased::lease);
    }

    @Override
    public Optional<Leased<CopyWork>> ofCopy(long copyId) throws LedgerException {
        return take("copy:" + copyId, tx -> CopyRows.work(tx, copyId));
    }

    @Override
    public Optional<Leased<VersionWork>> ofVersion(long versionId) throws LedgerException {
        return take("version:" + versionId, tx -> CopyRows.workOfVersion(tx, versionId));
    }

    /** A read in the transaction that takes the lease. */
    private interface Reading<T> {
        Optional<T> in(Tx tx) throws StatementException, InterruptedException;
    }

    private <T> Optional<Leased<T>> take(String thing, Reading<T> reading) throws LedgerException {
        String token = UUID.randomUUID().toString();
        long started = System.nanoTime();
        Optional<Optional<T>> taken = transactions.runShort(
                tx -> take(tx, thing, token) ? Optional.of(reading.in(tx)) : Optional.<Optional<T>>empty());
        if (taken.isEmpty()) {
            return Optional.empty();
        }
        HeldLease lease = new HeldLease(this, thing, token, started + ttl.toNanos());
        held.put(token, lease);
        return Optional.of(new Leased<>(lease, taken.get()));
    }

    /** The things that some live process holds, this one included. */
    Set<String> heldByTheLiving(Tx tx) throws StatementException, InterruptedException {
        Set<String> things = new HashSet<>();
        String sql = "SELECT thing, owner FROM offsite_lease WHERE expires_at > "
                + tx.dialect().nowMillis();
        Map<String, Boolean> dead = new HashMap<>();
        for (SqlRow row : tx.query(sql)) {
            if (!dead.computeIfAbsent(row.text("owner"), identity::knowsToBeDead)) {
                things.add(row.text("thing"));
            }
        }
        return things;
    }

    void release(HeldLease lease) {
        if (held.remove(lease.token()) == null) {
            return;
        }
        unreleased.add(lease);
        try {
            transactions.runThoughInterrupted(tx -> delete(tx, lease));
            unreleased.remove(lease);
        } catch (LedgerException e) {
            LOG.warn("lease not given back, it expires by itself: thing={} reason={}", lease.thing(), e.getMessage());
        }
    }

    /** Gives everything back and stops the heartbeat. */
    void close() {
        vertx.cancelTimer(timer);
        held.values().forEach(HeldLease::lose);
        held.clear();
        try {
            transactions.runThoughInterrupted(
                    tx -> tx.update("DELETE FROM offsite_lease WHERE owner = ?", identity.owner()));
        } catch (LedgerException e) {
            LOG.warn("leases not given back, they expire by themselves: reason={}", e.getMessage());
        }
        heart.close();
    }

    /** Takes a lease; a transaction that takes the same one waits for the end of this one. Returns false if a live process has it. */
    boolean take(Tx tx, String thing, String token) throws StatementException, InterruptedException {
        String now = tx.dialect().nowMillis();
        if (tx.changes(tx.dialect().takeLease(), thing, identity.owner(), token, ttl.toMillis())) {
            return true;
        }
        Optional<SqlRow> row = tx.first(
                "SELECT owner, token, expires_at, " + now + " AS now_millis FROM offsite_lease WHERE thing = ?", thing);
        if (row.isEmpty()) {
            throw StatementException.lostRace("the lease was given back at the same moment");
        }
        SqlRow present = row.get();
        if (present.text("token").equals(token)) {
            // ours: the answer to the first commit got lost
            return true;
        }
        boolean free = present.number("expires_at") <= present.number("now_millis")
                || identity.knowsToBeDead(present.text("owner"));
        return free
                && tx.changes(
                        "UPDATE offsite_lease SET owner = ?, token = ?, expires_at = " + now
                                + " + ? WHERE thing = ? AND token = ? AND expires_at = ?",
                        identity.owner(),
                        token,
                        ttl.toMillis(),
                        thing,
                        present.text("token"),
                        present.number("expires_at"));
    }

    /** Gives leases back that were taken in the same transaction. */
    static void giveBack(Tx tx, Collection<String> things, String token)
            throws StatementException, InterruptedException {
        for (List<String> some : Tx.chunks(List.copyOf(things))) {
            List<Object> parameters = new ArrayList<>(some);
            parameters.add(token);
            tx.update(
                    "DELETE FROM offsite_lease WHERE thing IN (" + Tx.marks(some.size()) + ") AND token = ?",
                    parameters.toArray());
        }
    }

    private static int delete(Tx tx, HeldLease lease) throws StatementException, InterruptedException {
        return tx.update("DELETE FROM offsite_lease WHERE thing = ? AND token = ?", lease.thing(), lease.token());
    }

    private void beat() {
        if ((held.isEmpty() && unreleased.isEmpty()) || !beating.compareAndSet(false, true)) {
            return;
        }
        heart.executeBlocking(this::renew, false).onComplete(done -> {
            beating.set(false);
            if (done.failed()) {
                LOG.warn(
                        "leases not renewed: reason={}",
                        String.valueOf(done.cause().getMessage()));
            }
        });
    }

    private Void renew() throws LedgerException {
        for (HeldLease lease : List.copyOf(unreleased)) {
            transactions.run(tx -> delete(tx, lease));
            unreleased.remove(lease);
        }
        Map<String, HeldLease> mine = Map.copyOf(held);
        if (mine.isEmpty()) {
            return null;
        }
        long[] started = new long[1];
        Set<String> tokens = transactions.run(tx -> {
            started[0] = System.nanoTime();
            return renew(tx, List.copyOf(mine.keySet()));
        });
        mine.forEach((token, lease) -> {
            if (tokens.contains(token)) {
                lease.renewedUntil(started[0] + ttl.toNanos());
            } else if (lease.held() && held.containsKey(token)) {
                lease.lose();
                LOG.info("lease lost to another process: thing={}", lease.thing());
            }
        });
        return null;
    }

    /** Renews by token, not by owner: a row whose commit was acknowledged to nobody must expire. */
    private Set<String> renew(Tx tx, List<String> tokens) throws StatementException, InterruptedException {
        String among = " WHERE token IN (" + Tx.marks(tokens.size()) + ")";
        List<Object> parameters = new ArrayList<>(List.of(ttl.toMillis()));
        parameters.addAll(tokens);
        tx.update(
                "UPDATE offsite_lease SET expires_at = " + tx.dialect().nowMillis() + " + ?" + among,
                parameters.toArray());
        Set<String> found = new HashSet<>();
        for (SqlRow row : tx.query("SELECT token FROM offsite_lease" + among, tokens.toArray())) {
            found.add(row.text("token"));
        }
        return found;
    }
}
