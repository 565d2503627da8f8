package org.heratio.offsite.app.e2e;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Lets archives land while processes come and go: mostly small ones, now and then one of 5 to 20 MB. */
final class LandingArchives implements AutoCloseable {
    private static final List<String> ENDINGS = List.of(".sql.gz", ".tar.gz", ".zip");
    private static final int BIG_EVERY = 6;

    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor();
    private final List<Future<?>> pending = new ArrayList<>();
    private final SampleArchives archives;
    private final Random random;
    private int count;

    LandingArchives(OffsiteHome home, long seed) {
        this.archives = new SampleArchives(home.backups(), seed);
        this.random = new Random(seed);
    }

    /** One at once. */
    void now() throws IOException {
        count++;
        archives.make("archive-" + count + ".sql.gz", 1_000);
    }

    /** One that takes a while to ship, at once. */
    void big() throws InterruptedException, ExecutionException {
        count++;
        String name = "archive-" + count + ".zip";
        writer.submit(() -> land(name, 8 << 20)).get();
    }

    /** Two or three more within the next seconds. */
    void more() {
        for (int i = 0, n = 2 + random.nextInt(2); i < n; i++) {
            count++;
            boolean big = count % BIG_EVERY == 0;
            long bytes = big ? (5 << 20) + random.nextInt(15 << 20) : random.nextInt(50_000);
            String directory = random.nextInt(4) == 0 ? "nightly/" : "";
            String name = directory + "archive-" + count + ENDINGS.get(count % ENDINGS.size());
            pending.add(writer.schedule(() -> land(name, bytes), random.nextInt(3_000), TimeUnit.MILLISECONDS));
        }
    }

    private Void land(String name, long bytes) throws IOException {
        archives.make(name, bytes);
        return null;
    }

    /** All that were asked for have been written. */
    void await() throws InterruptedException, ExecutionException {
        for (Future<?> one : pending) {
            one.get();
        }
    }

    int count() {
        return count;
    }

    @Override
    public void close() {
        writer.shutdownNow();
    }
}
