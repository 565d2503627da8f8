package org.heratio.offsite.app.run;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.PendingTask;
import org.heratio.offsite.operations.request.Workforce;
import org.heratio.offsite.stage.PendingEvents;
import org.heratio.offsite.stage.RetryPolicy;
import org.heratio.offsite.stage.StageMeter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The workforce of a run: the pipeline that runs already, or stages in this process if there is none or it has ended (ADR 7). */
final class Workers implements Workforce {
    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** After the end of its request, a run waits only so long for what else is under way. */
    private static final Duration IDLE_DRAIN = Duration.ofSeconds(5);

    private static final long STUCK_MILLIS = 10_000;

    /** A process that was killed and is started again needs some seconds. */
    private static final int GONE_AFTER_LOOKS = 3;

    private final Node node;
    private final Run run;
    private final RetryPolicy policy;
    private final RunningPipeline elsewhere;
    private @Nullable Pipeline own;
    private boolean toldRefused;
    private int looksWithoutAny;
    private long lookedAt;

    Workers(Node node, Run run) {
        this.node = node;
        this.run = run;
        this.policy = node.policy().withinRunOf(run.patience());
        this.elsewhere = new RunningPipeline(node, run.stages());
    }

    @Override
    public void start() throws FailureException, ConfigException, InterruptedException {
        if (!elsewhere.runs()) {
            startHere();
            return;
        }
        LOG.info("a running pipeline does the work");
        List<String> missing = elsewhere.missing();
        if (!missing.isEmpty()) {
            LOG.warn("a pipeline runs, but nobody runs {}: what they have to do waits until somebody does", missing);
        }
        lookedAt = System.nanoTime();
    }

    /** Takes over when the last process of the pipeline has ended. When nothing moves, publishes again what has no message on its way. */
    @Override
    public void look(long idleMillis) throws InterruptedException {
        if (System.nanoTime() - lookedAt < LOOK_NANOS) {
            return;
        }
        try {
            if (own == null) {
                takeOverWhenGone();
            } else if (node.settings().broker().embedded() && idleMillis > STUCK_MILLIS) {
                askForWhatIsStuck();
            }
        } catch (FailureException e) {
            // not to be known now: the broker is away, and the ledger says what becomes of the request
            LOG.debug("{}", e.failure().oneLine());
        } catch (ConfigException e) {
            if (!toldRefused) {
                LOG.error("the pipeline has gone, and its work cannot be done here: {}", e.getMessage());
                toldRefused = true;
            }
        }
        lookedAt = System.nanoTime();
    }

    private void takeOverWhenGone() throws FailureException, ConfigException, InterruptedException {
        looksWithoutAny = elsewhere.runs() ? 0 : looksWithoutAny + 1;
        if (looksWithoutAny >= GONE_AFTER_LOOKS) {
            startHere();
            LOG.warn("the pipeline has gone: its work is done here from now on");
        }
    }

    /** Another process on this ledger had it in hand, and died with its messages. */
    private void askForWhatIsStuck() throws FailureException, InterruptedException {
        boolean repairs = node.settings().repair() == Settings.Repair.AUTO;
        List<PendingTask> stuck = node.ledger().pendingWork().overdue(node.drivers(), STUCK_MILLIS).stream()
                .filter(work -> repairs || work.kind() != PendingTask.Kind.REPAIR)
                .toList();
        if (!stuck.isEmpty()) {
            LOG.debug("{} pieces of work have no message on its way any more", stuck.size());
            node.publisher().publish(PendingEvents.of(stuck));
        }
    }

    private void startHere() throws FailureException, ConfigException, InterruptedException {
        if (run.stages().encryptor() && !run.plaintext()) {
            new Services(node).plaintextGuard().require();
        }
        Pipeline started = new Pipeline(node, run.stages(), policy, run.patience(), StageMeter.NONE);
        try {
            started.start(started.parts(false));
            own = started;
        } finally {
            if (own == null) {
                // the next look tries again, and nothing half is to run meanwhile
                started.stop(Duration.ZERO);
            }
        }
    }

    @Override
    public void stop() throws InterruptedException {
        if (own != null) {
            own.stop(run.stop().flag().get() ? node.settings().drainTimeout() : IDLE_DRAIN);
        }
    }
}
