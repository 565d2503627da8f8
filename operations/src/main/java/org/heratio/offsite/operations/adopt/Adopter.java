package org.heratio.offsite.operations.adopt;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.event.CopyReplicated;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.ScanReason;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.stage.EventPublisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adopts in the background, each destination by itself: one that is down holds back only what Heratio shipped there, and is asked again
 * until it answers. What Heratio ships later is found too.
 */
public final class Adopter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Adopter.class);
    private static final Duration WHEN_AWAY = Duration.ofSeconds(10);
    private static final Duration WHEN_DONE = Duration.ofMinutes(5);

    private final Adoption adoption;
    private final EventPublisher publisher;
    private final boolean proving;
    private final Duration first;
    private final Map<String, String> told = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(0, task -> {
        Thread thread = new Thread(task, "adoption");
        thread.setDaemon(true);
        return thread;
    });

    private Adopter(Adoption adoption, EventPublisher publisher, boolean proving, Duration first) {
        this.adoption = adoption;
        this.publisher = publisher;
        this.proving = proving;
        this.first = first;
    }

    /** Returns one for a service, whose claims wait for the next sweep. */
    public static Adopter ofAService(Adoption adoption, EventPublisher publisher) {
        return new Adopter(adoption, publisher, false, Duration.ZERO);
    }

    /** Returns one for a run, after its first review. The claims whose archives are here are proved at once: the run waits for them. */
    public static Adopter ofARun(Adoption adoption, EventPublisher publisher) {
        return new Adopter(adoption, publisher, true, WHEN_AWAY);
    }

    /** Returns at once. */
    public void start(Collection<String> drivers) {
        threads.setCorePoolSize(drivers.size());
        drivers.forEach(driver -> schedule(driver, first));
    }

    private void schedule(String driver, Duration delay) {
        try {
            var unused = threads.schedule(() -> look(driver), delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("stopping: {} is not looked at any more", driver);
        }
    }

    private void look(String driver) {
        Duration next = WHEN_AWAY;
        try {
            Adoption.Looked looked = adoption.adoptNew(driver);
            next = WHEN_DONE;
            told.remove(driver);
            follow(driver, looked);
        } catch (FailureException e) {
            warn(driver, e.failure().oneLine());
        } catch (ConfigException e) {
            warn(driver, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("driver={} what Heratio shipped cannot be looked at", driver, e);
        } finally {
            schedule(driver, next);
        }
    }

    private void warn(String driver, String why) {
        if (!why.equals(told.put(driver, why))) {
            LOG.warn(
                    "driver={} what Heratio shipped there waits until it can be looked at; tried again every {} s: {}",
                    driver,
                    WHEN_AWAY.toSeconds(),
                    why);
        }
    }

    /** Requests a scan of the archives that were held back. If the broker is unreachable, the next scan on the interval finds them. */
    private void follow(String driver, Adoption.Looked looked) throws FailureException, InterruptedException {
        List<Event> events = new ArrayList<>();
        if (looked.any()) {
            events.add(new ScanRequested("", ScanReason.START, List.of(driver), false, false, false));
        }
        for (Claim claim : looked.taken()) {
            if (proving && claim.local() != null) {
                // a run waits for it, and is not to wait behind a sweep
                adoption.copyOf(claim.row()).map(Copy::id).ifPresent(id -> events.add(new CopyReplicated(id, driver)));
            }
        }
        for (Event event : events) {
            publisher.publish(List.of(event));
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
