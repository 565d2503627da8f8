package org.heratio.offsite.app.bulk;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

/**
 * A program of its own that writes a dump as {@code mysqldump | gzip} does: slowly, and straight to the final name. {@link #start} runs
 * it as a child process.
 */
public final class SlowWriter {
    private static final int PIECES = 60;
    private static final int LINES = 400;

    /** What it does in the middle. */
    enum Middle {
        /** Nothing: it goes on writing. */
        STEADY,
        /** It stops for a while, the file stays open. */
        PAUSES,
        /** It closes the file, and opens it again after a while to append the rest. */
        REOPENS
    }

    private SlowWriter() {}

    /** Starts a writer. */
    static Process start(Path file, Middle middle, int pauseSeconds, long seed) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        classes(),
                        SlowWriter.class.getName(),
                        file.toString(),
                        middle.name(),
                        String.valueOf(pauseSeconds),
                        String.valueOf(seed)))
                .inheritIO()
                .redirectInput(new File("/dev/null"))
                .start();
    }

    private static String classes() {
        try {
            return Path.of(SlowWriter.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The child's side: file, middle, seconds, seed. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Middle middle = Middle.valueOf(args[1]);
        int pauseSeconds = Integer.parseInt(args[2]);
        SplittableRandom random = new SplittableRandom(Long.parseLong(args[3]));
        try (Reopening file = new Reopening(args[0]);
                GZIPOutputStream gzip = new GZIPOutputStream(file, 8192, true)) {
            for (int piece = 0; piece < PIECES; piece++) {
                gzip.write(rows(random).getBytes(StandardCharsets.US_ASCII));
                gzip.flush();
                TimeUnit.MILLISECONDS.sleep(50);
                if (piece == PIECES / 2) {
                    pause(file, middle, pauseSeconds);
                }
            }
        }
    }

    private static void pause(Reopening file, Middle middle, int seconds) throws IOException, InterruptedException {
        switch (middle) {
            case STEADY -> {}
            case PAUSES -> TimeUnit.SECONDS.sleep(seconds);
            case REOPENS -> {
                file.close();
                TimeUnit.SECONDS.sleep(seconds);
                file.reopen();
            }
        }
    }

    private static String rows(SplittableRandom random) {
        StringBuilder rows = new StringBuilder("INSERT INTO information_object VALUES ");
        for (int line = 0; line < LINES; line++) {
            rows.append('(').append(random.nextLong()).append(",'").append(Long.toHexString(random.nextLong()));
            rows.append("'),\n");
        }
        return rows.toString();
    }

    /** A file that may be closed and opened again under a stream that goes on. */
    private static final class Reopening extends OutputStream {
        private final String name;
        private OutputStream now;

        Reopening(String name) throws IOException {
            this.name = name;
            this.now = new FileOutputStream(name);
        }

        void reopen() throws IOException {
            now = new FileOutputStream(name, true);
        }

        @Override
        public void write(int b) throws IOException {
            now.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            now.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            now.close();
        }
    }
}
