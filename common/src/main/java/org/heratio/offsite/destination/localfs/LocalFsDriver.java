package org.heratio.offsite.destination.localfs;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.heratio.offsite.config.DestinationReader;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.Driver;
import org.heratio.offsite.finding.Finding;

/** The registry entry of {@code localfs}. */
public final class LocalFsDriver implements Driver {
    static final String NAME = "localfs";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Record read(DestinationReader read) {
        return LocalFsSettings.read(read);
    }

    private static LocalFsSettings own(Settings settings) {
        return settings.destination(LocalFsSettings.class);
    }

    @Override
    public Destination open(Settings settings, Predicate<String> holdsCopies) {
        LocalFsSettings localfs = own(settings);
        return new LocalFsDestination(
                localfs.path(),
                Driver.below(holdsCopies, localfs.path().toString()),
                Driver.limit(settings, localfs.bandwidth()));
    }

    /** The path tells all. */
    @Override
    public String place(Settings settings) {
        return NAME;
    }

    @Override
    public Optional<Path> localDirectory(Settings settings) {
        return Optional.of(own(settings).path());
    }

    @Override
    public List<Finding> examine(Settings settings, Clock clock) {
        return List.of();
    }

    @Override
    public List<String> warnings() {
        return List.of("localfs gives no protection against the loss of this host; it is for trying out and for mounted"
                + " remote disks");
    }

    @Override
    public List<String> silencedLogs() {
        return List.of();
    }
}
