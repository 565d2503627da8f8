package org.heratio.offsite.destination;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.heratio.offsite.config.Bandwidth;
import org.heratio.offsite.config.DestinationType;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.finding.Finding;

/**
 * All that the rest of the house has to know of a kind of destination. Each driver has one, without state; the composition root lists
 * them. Nothing else names a driver, and no method has a default that a new driver could forget.
 */
public interface Driver extends DestinationType {
    /**
     * Opens the destination that the settings describe; connects to nothing yet.
     *
     * @param holdsCopies whether the ledger knows of copies below an absolute path; may block. Called by worker threads.
     */
    Destination open(Settings settings, Predicate<String> holdsCopies) throws FailureException;

    /**
     * Returns what a remote path does not tell of the place, for people: the bucket, the host. It is noted, and a change of it is a
     * change of the place.
     */
    String place(Settings settings);

    /** Returns the directory of this host that the copies are in; empty when they are elsewhere. */
    Optional<Path> localDirectory(Settings settings);

    /**
     * Finds out what the far side can do, and what limits the driver there, such as a missing sync. Blocks. The doctor probes the
     * destination itself, and prints the driver's name before each finding.
     *
     * @throws FailureException what keeps copies from being made there at all
     */
    List<Finding> examine(Settings settings, Clock clock) throws FailureException, InterruptedException;

    /** Returns what a person who ships there has to hear at each start; mostly nothing. */
    List<String> warnings();

    /** Returns the loggers of its libraries that say what the driver says itself, in one line, or tries again. */
    List<String> silencedLogs();

    /** Returns the limit of a destination's bandwidth. */
    static RateLimit limit(Settings settings, Bandwidth bandwidth) {
        return new RateLimit(bandwidth, Clock.system(settings.timezone()));
    }

    /** Returns what a driver of a directory asks of the ledger. */
    static BooleanSupplier below(Predicate<String> holdsCopies, String path) {
        String prefix = new DirectoryLayout(path).prefix();
        return () -> holdsCopies.test(prefix);
    }
}
