package org.heratio.offsite.watcher;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.event.ArchiveFailed;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Arrival;
import org.heratio.offsite.ledger.Requests;
import org.heratio.offsite.ledger.Settled;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.Versions;
import org.heratio.offsite.stage.EventPublisher;
import org.heratio.offsite.stage.PendingEvents;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Hands finished archives on: ledger first, then the message, then the requests that wait. All of it may be repeated. */
final class SettledArchives implements SettleTracker.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(SettledArchives.class);

    private final Versions versions;
    private final Requests requests;
    private final EventPublisher publisher;

    SettledArchives(Versions versions, Requests requests, EventPublisher publisher) {
        this.versions = versions;
        this.requests = requests;
        this.publisher = publisher;
    }

    @Override
    public void settled(Candidate archive, long landedAt, ShipOptions options)
            throws FailureException, InterruptedException {
        List<Event> events = new ArrayList<>();
        Version version = archive.usable()
                ? settle(archive.archive(), landedAt, options, events)
                : reject(archive.archive(), options, events);
        publisher.publish(events);
        for (String request : options.requests()) {
            requests.settled(request, archive.archive().path(), version.id());
        }
        // one line for each archive: those of the encryptor say what becomes of it
        LOG.atLevel(archive.usable() ? Level.DEBUG : Level.WARN)
                .addKeyValue("archive", version.path())
                .addKeyValue("version", version.id())
                .addKeyValue("size", version.size())
                .log(events.isEmpty() ? "unchanged, nothing to do" : archive.usable() ? "finished" : "not shipped");
    }

    @Override
    public void gone(Path file, ShipOptions options) throws FailureException {
        for (String request : options.requests()) {
            requests.settled(request, pathOf(file), 0);
        }
    }

    @Override
    public void unreadable(Path file, ShipOptions options, Failure failure) throws FailureException {
        for (String request : options.requests()) {
            requests.unreadable(request, pathOf(file), failure);
        }
    }

    private static String pathOf(Path file) {
        return FileNames.usable(file) ? file.toString() : FileNames.escaped(file);
    }

    private Version settle(ArchiveFile file, long landedAt, ShipOptions options, List<Event> events)
            throws FailureException {
        Settled settled =
                versions.settle(new Arrival(file, landedAt, options.encrypted(), options.plain(), options.force()));
        events.addAll(PendingEvents.of(settled.tasks()));
        return settled.version();
    }

    private Version reject(ArchiveFile file, ShipOptions options, List<Event> events) throws FailureException {
        Failure failure = new Failure(
                ErrorCode.ARCHIVE_NAME_UNUSABLE,
                "the name of " + file.path() + " is not valid in the encoding of this system, "
                        + System.getProperty("sun.jnu.encoding", "unknown"),
                "rename it, or start offsite with LC_ALL=C.UTF-8 if the name is right");
        Version version = versions.reject(file, options.drivers(), failure);
        events.add(new ArchiveFailed(version.id(), file.path(), failure.code(), failure.oneLine()));
        return version;
    }
}
