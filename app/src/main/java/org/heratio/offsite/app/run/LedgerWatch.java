package org.heratio.offsite.app.run;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops a service whose ledger was deleted, emptied or replaced, lost its tables, or went back in time. Otherwise, it would write to a
 * deleted file, or wait forever.
 */
final class LedgerWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerWatch.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);
    /** Asks the database itself in each tenth look. */
    private static final int DATABASE_EVERY = 10;

    private final Vertx vertx;
    private final Ledger ledger;
    private final StopSignal stop;
    private final Duration period;
    private final AtomicReference<@Nullable FailureException> loss = new AtomicReference<>();
    private final AtomicBoolean looking = new AtomicBoolean();
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile long timer = -1;
    private int looks;

    /** @param stop receives the signal when the ledger is lost */
    LedgerWatch(Vertx vertx, Ledger ledger, StopSignal stop) {
        this(vertx, ledger, stop, PERIOD);
    }

    /** @param period between two looks */
    LedgerWatch(Vertx vertx, Ledger ledger, StopSignal stop, Duration period) {
        this.period = period;
        this.vertx = vertx;
        this.ledger = ledger;
        this.stop = stop;
    }

    /**
     * Looks once in each period, on worker threads, until it is closed. A look that waits for the database delays the next one at the database,
     * and none at the file.
     */
    void start() {
        timer = vertx.setPeriodic(period.toMillis(), t -> {
            look(looking, ledger::requirePresent);
            if (++looks % DATABASE_EVERY == 0) {
                look(asking, ledger::requireUnchanged);
            }
        });
    }

    /** A look at the ledger. */
    private interface Look {
        void look() throws LedgerException;
    }

    /** @param busy is set while such a look is under way, so that there is one at a time */
    private void look(AtomicBoolean busy, Look look) {
        if (busy.compareAndSet(false, true)) {
            vertx.executeBlocking(() -> lookNow(look), false).onComplete(done -> busy.set(false));
        }
    }

    private boolean lookNow(Look look) {
        try {
            look.look();
            return true;
        } catch (LedgerException e) {
            failed(e);
            return false;
        }
    }

    /** Stops the service if this failure, which another part met, says that the ledger is lost. The first such failure counts. */
    public void failed(FailureException e) {
        if (e.failure().code() == ErrorCode.LEDGER_LOST && loss.compareAndSet(null, e)) {
            LOG.error("stopping, and nothing more is recorded: {}", e.failure().oneLine());
            stop.stop();
        }
    }

    /** Returns whether the ledger is lost. If so, no current work can finish. */
    public boolean lost() {
        return loss.get() != null;
    }

    /** Throws the failure that was found, if the ledger is lost. */
    public void rethrow() throws FailureException {
        FailureException found = loss.get();
        if (found != null) {
            throw found;
        }
    }

    @Override
    public void close() {
        vertx.cancelTimer(timer);
    }
}
