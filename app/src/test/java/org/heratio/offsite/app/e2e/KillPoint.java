package org.heratio.offsite.app.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The phase in which a process is killed, as its files and output show it. */
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

    /** The points that each run has to hit. */
    static final Set<KillPoint> PHASES = Set.of(START, ENCRYPTION, UPLOAD, VERIFICATION);

    private static final String BANDWIDTH = "BACKUP_OFFSITE_LOCALFS_BANDWIDTH";
    private static final Duration ANOTHER_ARCHIVE = Duration.ofSeconds(10);
    private static final Pattern SHIPPED = Pattern.compile(": Shipped .* copy=(\\d+) ");
    private static final Pattern VERIFIED = Pattern.compile(": Verified copy=(\\d+) ");
    private static final Pattern SETTLED_SOMETHING = Pattern.compile(": finished|: sealed|: Shipped|: Verified");

    /** Makes the point last long enough to be seen. */
    void prepare(OffsiteHome home) {
        if (this == UPLOAD) {
            home.set(BANDWIDTH, "4M");
        }
    }

    void restore(OffsiteHome home) {
        home.unset(BANDWIDTH);
    }

    /**
     * Returns when the moment has come. Where there is a phase to hit the process stands still then, so that it cannot leave the phase
     * before it is killed.
     *
     * @return false if the moment was missed, or the process ended before
     */
    boolean await(OffsiteHome home, LandingArchives landing, OffsiteProcess process, Random random) throws Exception {
        return switch (this) {
            case START -> {
                process.ended(Duration.ofMillis(random.nextInt(2_500)));
                yield stopsHere(home, process);
            }
            case ANY -> !process.ended(Duration.ofMillis(500 + random.nextInt(6_000)));
            case ENCRYPTION, UPLOAD, VERIFICATION -> catches(home, landing, process, random);
        };
    }

    private boolean catches(OffsiteHome home, LandingArchives landing, OffsiteProcess process, Random random)
            throws Exception {
        Duration latest = Duration.ofMillis(this == ENCRYPTION ? 150 : 20);
        landing.big();
        long another = System.nanoTime() + ANOTHER_ARCHIVE.toNanos();
        while (!process.ended(Duration.ofMillis(1))) {
            if (isAt(home, process)) {
                process.ended(Duration.ofNanos(random.nextLong(latest.toNanos())));
                if (stopsHere(home, process)) {
                    return true;
                }
                process.resume();
            }
            if (System.nanoTime() > another) {
                landing.big();
                another = System.nanoTime() + ANOTHER_ARCHIVE.toNanos();
            }
        }
        return false;
    }

    private boolean stopsHere(OffsiteHome home, OffsiteProcess process) throws IOException, InterruptedException {
        return process.suspend() && isAt(home, process);
    }

    /** Whether a process is there now, as far as one can see from outside. */
    boolean isAt(OffsiteHome home, OffsiteProcess process) throws IOException {
        return switch (this) {
            // the name of a part has its writer's process id in it
            case ENCRYPTION ->
                Proof.files(home.spool()).stream()
                        .anyMatch(file -> file.endsWith(".part") && file.contains("-" + process.pid() + "-"));
            case UPLOAD -> writesAtDestination(home, process);
            case VERIFICATION -> shipsWithoutProof(process.err());
            case START ->
                !SETTLED_SOMETHING.matcher(process.err()).find()
                        && !ENCRYPTION.isAt(home, process)
                        && !UPLOAD.isAt(home, process);
            case ANY -> true;
        };
    }

    /** Not by their number: the process also verifies what earlier victims have shipped. */
    private static boolean shipsWithoutProof(String log) {
        Set<String> shipped = copies(SHIPPED, log);
        shipped.removeAll(copies(VERIFIED, log));
        return !shipped.isEmpty();
    }

    private static Set<String> copies(Pattern line, String log) {
        return line.matcher(log)
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toCollection(HashSet::new));
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
}
