package org.heratio.offsite.app.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.regex.Pattern;

/** What a process is doing when it is to be killed. A process that never gets there is killed at the latest after some seconds. */
enum KillPoint {
    /** Anything between the JVM's start and the first archive. */
    START,
    /** A payload grows in the spool. */
    ENCRYPTION,
    /** A copy grows at the destination. */
    UPLOAD,
    /** A copy is there and not verified yet. */
    VERIFICATION,
    /** Any time. */
    ANY;

    private static final Duration LATEST = Duration.ofSeconds(10);
    private static final Pattern SETTLED_SOMETHING = Pattern.compile(": finished|: sealed|: Shipped|: Verified");

    /** Returns when the moment has come. */
    void await(OffsiteHome home, OffsiteProcess process, Random random) throws InterruptedException, IOException {
        switch (this) {
            case START -> process.ended(Duration.ofMillis(random.nextInt(2_500)));
            case ANY -> process.ended(Duration.ofMillis(500 + random.nextInt(6_000)));
            case ENCRYPTION, UPLOAD, VERIFICATION -> {
                long deadline = System.nanoTime() + LATEST.toNanos();
                while (!isAt(home, process) && System.nanoTime() < deadline) {
                    if (process.ended(Duration.ofMillis(1))) {
                        return;
                    }
                }
                if (this == ENCRYPTION) {
                    process.ended(Duration.ofMillis(random.nextInt(150)));
                } else {
                    process.ended(Duration.ofNanos(random.nextInt(20_000_000)));
                }
            }
        }
    }

    /** Whether a process is there now, as far as one can see from outside. */
    boolean isAt(OffsiteHome home, OffsiteProcess process) throws IOException {
        return switch (this) {
            // the name of a part has its writer's process id in it
            case ENCRYPTION ->
                Proof.files(home.spool()).stream()
                        .anyMatch(file -> file.endsWith(".part") && file.contains("-" + process.pid() + "-"));
            case UPLOAD -> writesAtDestination(home, process);
            case VERIFICATION -> count(process.err(), "Shipped ") > count(process.err(), "Verified ");
            case START ->
                !SETTLED_SOMETHING.matcher(process.err()).find()
                        && !ENCRYPTION.isAt(home, process)
                        && !UPLOAD.isAt(home, process);
            case ANY -> true;
        };
    }

    /** Earlier victims have left unfinished puts too: only one that was written since the process started counts. */
    private static boolean writesAtDestination(OffsiteHome home, OffsiteProcess process) throws IOException {
        for (String file : Proof.files(home.destination().resolve(".offsite-partial"))) {
            if (lastModified(Path.of(file)) >= process.startedMillis()) {
                return true;
            }
        }
        return false;
    }

    private static long lastModified(Path file) throws IOException {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    private static long count(String text, String word) {
        return text.lines().filter(line -> line.contains(word)).count();
    }
}
