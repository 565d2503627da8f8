package org.heratio.offsite.operations.notify;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Lease;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.operations.status.Status;
import org.heratio.offsite.operations.status.StatusService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people what the journal says. It runs on a thread of its own, in any number of processes, of which the one with the lease works.
 * Nothing waits for it.
 */
public final class Notifier implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);
    private static final String LEASE = "notifier";
    private static final Duration PERIOD = Duration.ofSeconds(5);
    private static final int PAGES = 20;

    private final Ledger ledger;
    private final StatusLook looks;
    private final NotifyChannels channels;
    private final JournalReader reader;
    private final Teller teller;
    private final Deliveries deliveries;
    private final NotifyMeter meter;
    private final Optional<Pinger> pinger;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "notifier");
        made.setDaemon(true);
        return made;
    });
    private @Nullable Lease lease;
    private String wrong = "";

    public Notifier(
            Ledger ledger,
            StatusService service,
            NotifyChannels channels,
            StageHealth stages,
            NotifyMeter meter,
            Clock clock) {
        this.ledger = ledger;
        this.meter = meter;
        this.looks = new StatusLook(service::look, ledger.notices(), System::nanoTime);
        this.channels = channels;
        this.reader = new JournalReader(ledger.journal(), ledger.notices(), System::nanoTime);
        this.teller = channels.teller(ledger, clock);
        this.pinger = channels.pinger(stages, ledger.notices());
        this.deliveries = new Deliveries(ledger.notices(), channels.all(), channels.host(), meter, clock);
    }

    /** Begins to work every few seconds. */
    public void start() {
        var unused = thread.scheduleWithFixedDelay(this::turn, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Works once. What fails is tried again at the next turn. */
    void turn() {
        try {
            work();
            if (!wrong.isEmpty()) {
                LOG.info("the notifier works again");
            }
            wrong = "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (FailureException e) {
            // the stages log an outage of the ledger, too; a stop interrupts what it asks
            if (isNews(e.failure().oneLine()) && !thread.isShutdown()) {
                LOG.warn("the notifier tries again: {}", wrong);
            }
        } catch (Throwable e) {
            // An Error, too: the executor would silently cancel all later turns, and the lease would keep other
            // processes out.
            try {
                if (isNews(e.toString()) && !thread.isShutdown()) {
                    LOG.error("the notifier tries again", e);
                }
            } finally {
                giveUpLease();
            }
        }
    }

    /** A cause that lasts is logged once. */
    private boolean isNews(String cause) {
        boolean news = !cause.equals(wrong);
        wrong = cause;
        return news;
    }

    private void work() throws FailureException, InterruptedException {
        if (!leads()) {
            return;
        }
        // first: whatever fails below, what is in the outbox goes out
        deliveries.send(this::holds);
        for (int page = 0; page < PAGES && reader.readPage(); page++) {
            LOG.debug("the journal has more");
        }
        Optional<StatusLook.Seen> ended = looks.ended();
        if (looks.isUnknownForLong()) {
            teller.statusUnknown();
        }
        // with facts unread, a status could end what they are about to begin
        teller.tell(reader.isAtEnd() ? ended.orElse(null) : null);
        looks.begin();
        Optional<Status> seen = looks.last();
        if (pinger.isPresent() && seen.isPresent()) {
            pinger.get().ping(seen.get());
        }
    }

    /** Returns whether this process is the one that works. */
    private boolean leads() throws LedgerException {
        if (holds()) {
            return true;
        }
        Optional<Lease> taken = ledger.leases().take(LEASE);
        lease = taken.orElse(null);
        if (taken.isPresent()) {
            looks.forget();
            ledger.notices().retain(channels.names());
            ledger.notices().channels().forEach(known -> meter.lastSuccess(known.name(), known.deliveredAt()));
            LOG.info("this process notifies: channels={}", channels.names());
        }
        return taken.isPresent();
    }

    private boolean holds() {
        Lease held = lease;
        return held != null && held.held();
    }

    /** Ends at once; a message that is under way is sent again by the next process, with the same id. */
    @Override
    public void close() throws InterruptedException {
        thread.shutdownNow();
        boolean ended = thread.awaitTermination(1, TimeUnit.SECONDS);
        looks.close();
        if (ended) {
            giveUpLease();
        }
    }

    private void giveUpLease() {
        Lease held = lease;
        lease = null;
        if (held != null) {
            held.close();
        }
    }
}
