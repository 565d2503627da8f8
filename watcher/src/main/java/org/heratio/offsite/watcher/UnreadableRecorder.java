package org.heratio.offsite.watcher;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.RequestStatus;
import org.heratio.offsite.ledger.Requests;
import org.heratio.offsite.ledger.Unreadable;
import org.heratio.offsite.ledger.UnreadablePlaces;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records the places that scans cannot read: in the ledger, as failed items of the request, and in the log when they change. Callers hold
 * the lock of the scan.
 */
final class UnreadableRecorder {
    private static final Logger LOG = LoggerFactory.getLogger(UnreadableRecorder.class);
    /** More lines tell a person no more. */
    private static final int LINES = 20;

    private final String root;
    private final UnreadablePlaces unreadablePlaces;
    private final Requests requests;
    private Set<String> told = Set.of();

    /** @param root the backup directory */
    UnreadableRecorder(String root, UnreadablePlaces unreadablePlaces, Requests requests) {
        this.root = root;
        this.unreadablePlaces = unreadablePlaces;
        this.requests = requests;
    }

    /** Records the places that a scan found. Idempotent. */
    void record(ScanRequested request, Unreadable found) throws FailureException {
        unreadablePlaces.record(root, found);
        tell(found);
        if (!request.requestId().isEmpty() && found.total() > 0) {
            requests.add(request.requestId(), items(request.drivers(), found));
        }
    }

    /** Records that the backup directory itself cannot be read. The caller logs it. */
    void recordRoot(Failure failure) throws FailureException {
        Unreadable.Place place = new Unreadable.Place(root, failure.reason(), failure.hint(), 0);
        unreadablePlaces.record(root, new Unreadable(List.of(place), 1));
    }

    private void tell(Unreadable found) {
        Set<String> now = new HashSet<>();
        int lines = 0;
        for (Unreadable.Place place : found.places()) {
            now.add(place.path());
            if (!told.contains(place.path()) && ++lines <= LINES) {
                LOG.warn("{}", failure(place).oneLine());
            }
        }
        if (lines > 0 && found.total() > LINES) {
            LOG.warn("{} places below {} are not shipped; offsite status lists them", found.total(), root);
        }
        if (!told.isEmpty() && now.isEmpty()) {
            LOG.info("everything below {} can be read and shipped again", root);
        }
        told = now;
    }

    private List<RequestStatus.Item> items(List<String> drivers, Unreadable found) {
        List<RequestStatus.Item> items = new ArrayList<>();
        for (String driver : drivers) {
            for (Unreadable.Place place : found.places()) {
                items.add(RequestStatus.Item.failed(place.path(), driver, failure(place)));
            }
            if (found.unnoted() > 0) {
                Failure more = new Failure(
                        ErrorCode.PATH_UNREADABLE,
                        found.unnoted() + " more places below " + root + " are not shipped",
                        "look first at those that are listed");
                items.add(RequestStatus.Item.failed(root, driver, more));
            }
        }
        return items;
    }

    private static Failure failure(Unreadable.Place place) {
        return new Failure(ErrorCode.PATH_UNREADABLE, place.reason(), place.hint());
    }
}
