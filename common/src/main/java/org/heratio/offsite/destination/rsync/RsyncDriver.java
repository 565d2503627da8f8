package org.heratio.offsite.destination.rsync;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.heratio.offsite.config.DestinationReader;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.Driver;
import org.heratio.offsite.destination.SshAccount;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.finding.Finding;

/** The registry entry of {@code rsync}. */
public final class RsyncDriver implements Driver {
    static final String NAME = "rsync";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Record read(DestinationReader read) {
        return RsyncSettings.read(read);
    }

    private static RsyncSettings own(Settings settings) {
        return settings.destination(RsyncSettings.class);
    }

    @Override
    public Destination open(Settings settings, Predicate<String> holdsCopies) {
        RsyncConfig config = config(settings);
        return new RsyncDestination(
                config,
                Driver.below(holdsCopies, config.path()),
                Driver.limit(settings, own(settings).bandwidth()));
    }

    private static RsyncConfig config(Settings settings) {
        RsyncSettings rsync = own(settings);
        return new RsyncConfig(
                new SshAccount(rsync.host(), rsync.user(), rsync.port(), rsync.path()),
                rsync.sshKey(),
                rsync.extra(),
                rsync.knownHosts(),
                settings.paths().state().resolve(NAME),
                rsync.timeout());
    }

    @Override
    public String place(Settings settings) {
        return "the host " + own(settings).host();
    }

    @Override
    public Optional<Path> localDirectory(Settings settings) {
        return Optional.empty();
    }

    @Override
    public List<Finding> examine(Settings settings, Clock clock) throws FailureException, InterruptedException {
        try (RsyncDoctor doctor = new RsyncDoctor(config(settings))) {
            return doctor.examine();
        }
    }

    @Override
    public List<String> warnings() {
        return List.of();
    }

    @Override
    public List<String> silencedLogs() {
        return List.of();
    }
}
