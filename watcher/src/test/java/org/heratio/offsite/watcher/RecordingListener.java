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
    record Handed(Candidate archive, long landedAt, Wish wish) {
        String name() {
            return archive.archive().relativePath();
        }
    }

    final List<Handed> settled = new CopyOnWriteArrayList<>();
    final List<Path> gone = new CopyOnWriteArrayList<>();
    final List<Failure> unreadable = new CopyOnWriteArrayList<>();
    final AtomicInteger failures = new AtomicInteger();

    @Override
    public void settled(Candidate archive, long landedAt, Wish wish) throws FailureException {
        if (failures.getAndDecrement() > 0) {
            throw new FailureException(ErrorCode.LEDGER_UNAVAILABLE, "the ledger is away");
        }
        settled.add(new Handed(archive, landedAt, wish));
    }

    @Override
    public void gone(Path file, Wish wish) {
        gone.add(file);
    }

    @Override
    public void unreadable(Path file, Wish wish, Failure failure) {
        unreadable.add(failure);
    }

    List<String> names() {
        return settled.stream().map(Handed::name).toList();
    }
}
