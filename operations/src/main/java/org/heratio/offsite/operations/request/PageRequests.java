package org.heratio.offsite.operations.request;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.heratio.offsite.event.CopyDue;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.RepairRequested;
import org.heratio.offsite.event.ScanReason;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.event.VerifyRequested;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.JournalEntry;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.RequestCounts;
import org.heratio.offsite.ledger.RequestStatus;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.stage.EventPublisher;

/**
 * Opens requests, and no thread waits for them: the asker looks again later. The id comes from the asker, so that an order that is
 * repeated after a lost answer stays one request. Blocks; thread-safe.
 */
public final class PageRequests {
    private static final int REMEMBERED = 1_000;

    private final Ledger ledger;
    private final EventPublisher publisher;
    private final List<String> drivers;
    private final boolean repairing;
    private final Map<String, Kind> kinds = Collections.synchronizedMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kind> eldest) {
            return size() > REMEMBERED;
        }
    });

    /** What is asked for. */
    public enum Kind {
        /** A scan that also retries failures. */
        REPLICATE,
        /** Reading all copies back. */
        SWEEP,
        /** Reading the copies of one version back. */
        VERIFY,
        /** Shipping damaged copies of one version again. */
        REPAIR;

        boolean checks() {
            return this == SWEEP || this == VERIFY;
        }
    }

    /**
     * An order.
     *
     * @param id of the request
     * @param drivers the destinations that it is for
     * @param actor who gives it, for the journal
     */
    public record Order(String id, Kind kind, List<String> drivers, String actor) {
        public Order {
            drivers = List.copyOf(drivers);
        }
    }

    /**
     * How far a request is, in numbers: a sweep has an item for each copy there is.
     *
     * @param ok whether it has finished, and nothing failed
     * @param done the number of items with this result, as {@code archived}, {@code failed} and {@code open}
     * @param damaged copies that were found damaged, repaired or not
     */
    public record Progress(
            boolean finished,
            String command,
            boolean ok,
            int found,
            int skipped,
            long done,
            long archived,
            long failed,
            long open,
            long damaged) {}

    /**
     * @param drivers the configured destinations
     * @param repairing whether damaged copies are repaired without being asked for
     */
    public PageRequests(Ledger ledger, EventPublisher publisher, List<String> drivers, boolean repairing) {
        this.ledger = ledger;
        this.publisher = publisher;
        this.drivers = List.copyOf(drivers);
        this.repairing = repairing;
    }

    /** Asks for a scan or a sweep of everything. */
    public void ask(Order order) throws FailureException, InterruptedException {
        String only = order.drivers().size() == drivers.size()
                ? null
                : order.drivers().get(0);
        Event event = order.kind() == Kind.REPLICATE
                ? new ScanRequested(order.id(), ScanReason.REQUEST, order.drivers(), false, true, false)
                : new VerifyRequested(order.id(), true, null, only);
        open(order, "", 0);
        publisher.publish(List.of(event));
    }

    /**
     * Asks for work on the copies of one version.
     *
     * @return the number of copies that work was asked for; 0 if there is nothing to do, and then no request
     */
    public int ask(Order order, Version version) throws FailureException, InterruptedException {
        List<Copy> copies = ledger.copies().ofVersion(version.holder()).stream()
                .filter(copy -> order.drivers().contains(copy.driver()))
                .filter(copy -> order.kind() == Kind.REPAIR ? copy.isRepairable() : copy.shipped())
                .toList();
        if (copies.isEmpty()) {
            return 0;
        }
        open(order, version.path(), version.id());
        ledger.requests()
                .add(
                        order.id(),
                        copies.stream().map(copy -> item(copy, version)).toList());
        ledger.requests().scanned(order.id(), copies.size(), 0);
        List<Event> events = new ArrayList<>();
        for (Copy copy : copies) {
            events.add(
                    order.kind() == Kind.REPAIR
                            ? new RepairRequested(copy.id(), copy.driver())
                            : new CopyDue(copy.id(), copy.driver()));
        }
        publisher.publish(events);
        return copies.size();
    }

    private void open(Order order, String path, long versionId) throws FailureException {
        kinds.put(order.id(), order.kind());
        JournalEntry asked = JournalEntry.of(
                        JournalEntry.Kind.REQUESTED,
                        path,
                        versionId,
                        order.kind().name().toLowerCase(Locale.ROOT) + " at " + String.join(", ", order.drivers()))
                .by(order.actor());
        ledger.requests().open(order.id(), order.kind().checks() ? "verify-integrity" : "replicate", asked);
    }

    private static RequestStatus.Item item(Copy copy, Version version) {
        return new RequestStatus.Item(
                version.path(),
                copy.versionId(),
                copy.id(),
                copy.driver(),
                version.state(),
                copy.state(),
                false,
                null,
                null,
                null,
                copy.remotePath(),
                copy.size());
    }

    /** Returns how far a request is; empty for one that was never opened, or was deleted. */
    public Optional<Progress> progress(String id) throws FailureException {
        Kind kind = kinds.getOrDefault(id, Kind.REPLICATE);
        return ledger.requests().counts(id).map(counts -> progress(kind, counts));
    }

    private Progress progress(Kind kind, RequestCounts counts) {
        Map<ItemProgress, Long> items = new EnumMap<>(ItemProgress.class);
        long damaged = 0;
        for (RequestCounts.Group group : counts.groups()) {
            RequestStatus.Item example = group.example();
            ItemProgress how = kind.checks()
                    ? ItemProgress.ofCheck(example, repairing)
                    : ItemProgress.ofReplication(example, repairing || kind == Kind.REPAIR);
            items.merge(how, group.items(), Long::sum);
            damaged += ItemProgress.DAMAGED.contains(String.valueOf(example.outcome())) ? group.items() : 0;
        }
        long failed = items.getOrDefault(ItemProgress.FAILED, 0L);
        long open = items.getOrDefault(ItemProgress.OPEN, 0L);
        boolean finished = counts.scanned() && open == 0;
        return new Progress(
                finished,
                kind.checks() ? "verify-integrity" : "replicate",
                finished && failed == 0,
                counts.found(),
                counts.skipped(),
                items.getOrDefault(ItemProgress.DONE, 0L),
                items.getOrDefault(ItemProgress.ARCHIVED, 0L),
                failed,
                open,
                damaged);
    }
}
