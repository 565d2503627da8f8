package org.heratio.offsite.destination.rsync;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.heratio.offsite.destination.rsync.RsyncException.Meaning;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.failure.FailureKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses whether the account at a host runs scripts or rsync alone. It begins with scripts. An account that says that it runs rsync alone
 * is believed. Where scripts only do not run, a second one has to fail too, rsync has to answer, and an hour later a script is tried again.
 * Safe for use by several threads.
 */
final class AccountChoice {
    private static final Logger LOG = LoggerFactory.getLogger(AccountChoice.class);
    private static final long TRIED_AGAIN_NANOS = Duration.ofHours(1).toNanos();

    private final RsyncConfig config;
    private final Way scripts;
    private final Way alone;
    private final BooleanSupplier answered;
    private final LongSupplier nanoTime;
    private final AtomicLong triedAt = new AtomicLong();
    private volatile boolean restricted;
    private volatile boolean certain;

    interface Work<T> {
        T with(Account account) throws FailureException, InterruptedException;
    }

    /** Throws unless the host does anything at all for the account in this way. */
    interface Check {
        void require() throws FailureException, InterruptedException;
    }

    /** A way to use the account. */
    record Way(Account account, Check check) {}

    /** @param answered whether the host has run a script of this process: then it has a shell */
    AccountChoice(RsyncConfig config, Way scripts, Way alone, BooleanSupplier answered, LongSupplier nanoTime) {
        this.config = config;
        this.scripts = scripts;
        this.alone = alone;
        this.answered = answered;
        this.nanoTime = nanoTime;
    }

    /** Returns whether the account was found to run rsync alone. */
    boolean restricted() {
        return restricted;
    }

    <T> T work(Work<T> work) throws FailureException, InterruptedException {
        if (restricted && !scriptsRunAgain()) {
            return work.with(alone.account());
        }
        try {
            return work.with(scripts.account());
        } catch (RsyncException e) {
            boolean refused = e.means(Meaning.RSYNC_ALONE);
            if (!refused) {
                if (!e.means(Meaning.NO_SHELL) || answered.getAsBoolean()) {
                    throw e;
                }
                if (aSecondScriptRuns()) {
                    return work.with(scripts.account());
                }
                requireRsync(e);
            }
            restrict(refused);
            return work.with(alone.account());
        }
    }

    private boolean aSecondScriptRuns() throws FailureException, InterruptedException {
        try {
            scripts.check().require();
            return true;
        } catch (RsyncException e) {
            if (e.means(Meaning.NO_SHELL) || e.means(Meaning.RSYNC_ALONE)) {
                return false;
            }
            throw e;
        }
    }

    /** Throws unless rsync runs where a script did not: what the script met, or an outage that nothing can be concluded from. */
    private void requireRsync(RsyncException ofScript) throws FailureException, InterruptedException {
        try {
            alone.check().require();
        } catch (FailureException e) {
            boolean outage = e.failure().kind() == FailureKind.TRANSIENT
                    && ofScript.failure().kind() != FailureKind.TRANSIENT;
            FailureException thrown = outage ? e : ofScript;
            thrown.addSuppressed(outage ? ofScript : e);
            throw thrown;
        }
    }

    private void restrict(boolean refused) {
        triedAt.set(nanoTime.getAsLong());
        certain = refused;
        restricted = true;
        LOG.warn(
                "the account at {} may run rsync alone driver=rsync: copies are read back whole into {}, and what unfinished"
                        + " puts leave is not cleared away{}",
                config.where(),
                config.work(),
                refused ? "" : "; a script is tried again in an hour");
    }

    private boolean scriptsRunAgain() throws InterruptedException {
        long before = triedAt.get();
        long now = nanoTime.getAsLong();
        if (certain || now - before < TRIED_AGAIN_NANOS || !triedAt.compareAndSet(before, now)) {
            return false;
        }
        try {
            scripts.check().require();
        } catch (FailureException e) {
            LOG.debug(
                    "the account at {} still runs no script: {}",
                    config.where(),
                    e.failure().oneLine());
            return false;
        }
        LOG.info("the account at {} runs scripts after all driver=rsync", config.where());
        restricted = false;
        return true;
    }
}
