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
    private final AtomicReference<@Nullable FailureException> loss = new AtomicReference<>();
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile long timer = -1;
    private int looks;

    /** @param stop receives the signal when the ledger is lost */
    LedgerWatch(Vertx vertx, Ledger ledger, StopSignal stop) {
        this.vertx = vertx;
        this.ledger = ledger;
        this.stop = stop;
    }

    /** Looks once a second, on a worker thread, until it is closed. A look that waits for the database delays the next one. */
    void start() {
        timer = vertx.setPeriodic(PERIOD.toMillis(), t -> {
            if (looking.compareAndSet(false, true)) {
                boolean database = ++looks % DATABASE_EVERY == 0;
                vertx.executeBlocking(() -> look(database), false).onComplete(done -> looking.set(false));
            }
        });
    }

    private boolean look(boolean database) {
        try {
            if (database) {
                ledger.requireUnchanged();
            } else {
                ledger.requirePresent();
            }
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
