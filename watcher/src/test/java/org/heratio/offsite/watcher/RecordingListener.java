package org.heratio.offsite.watcher;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;

/** Writes down what the tracker hands on. */
final class RecordingListener implements SettleTracker.Listener {
    record Handed(Candidate archive, long landedAt, ShipOptions options) {
        String name() {
            return archive.archive().relativePath();
        }
    }

    final List<Handed> settled = new CopyOnWriteArrayList<>();
    final List<Path> gone = new CopyOnWriteArrayList<>();
    final List<Failure> unreadable = new CopyOnWriteArrayList<>();
    final AtomicInteger failures = new AtomicInteger();

    @Override
    public void settled(Candidate archive, long landedAt, ShipOptions options) throws FailureException {
        if (failures.getAndDecrement() > 0) {
            throw new FailureException(ErrorCode.LEDGER_UNAVAILABLE, "the ledger is away");
        }
        settled.add(new Handed(archive, landedAt, options));
    }

    @Override
    public void gone(Path file, ShipOptions options) {
        gone.add(file);
    }

    @Override
    public void unreadable(Path file, ShipOptions options, Failure failure) {
        unreadable.add(failure);
    }

    List<String> names() {
        return settled.stream().map(Handed::name).toList();
    }
}
