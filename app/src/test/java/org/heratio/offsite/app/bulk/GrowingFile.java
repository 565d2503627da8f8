package org.heratio.offsite.app.bulk;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A file that somebody keeps writing to until it is closed. It never becomes a whole archive. */
final class GrowingFile implements AutoCloseable {
    private final Path path;
    private final OutputStream file;
    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor();

    GrowingFile(Path path) throws IOException {
        this.path = path;
        file = Files.newOutputStream(path);
        // the beginning of a gzip file, and stored blocks without an end
        file.write(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3});
        var unused = writer.scheduleWithFixedDelay(this::grow, 0, 100, TimeUnit.MILLISECONDS);
    }

    long size() throws IOException {
        return Files.size(path);
    }

    private void grow() {
        try {
            file.write(new byte[] {0, 1, 0, (byte) 0xfe, (byte) 0xff, 'x'});
            file.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        writer.shutdown();
        writer.awaitTermination(10, TimeUnit.SECONDS);
        file.close();
    }
}
