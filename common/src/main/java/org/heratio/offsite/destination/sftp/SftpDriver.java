package org.heratio.offsite.destination.sftp;

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

/** The registry entry of {@code sftp}. */
public final class SftpDriver implements Driver {
    static final String NAME = "sftp";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Record read(DestinationReader read) {
        return SftpSettings.read(read);
    }

    private static SftpSettings own(Settings settings) {
        return settings.destination(SftpSettings.class);
    }

    @Override
    public Destination open(Settings settings, Predicate<String> holdsCopies) {
        SftpConfig config = config(settings);
        return new SftpDestination(
                config,
                Driver.below(holdsCopies, config.account().path()),
                Driver.limit(settings, own(settings).bandwidth()));
    }

    private static SftpConfig config(Settings settings) {
        SftpSettings sftp = own(settings);
        return new SftpConfig(
                new SshAccount(sftp.host(), sftp.user(), sftp.port(), sftp.path()),
                sftp.sshKey(),
                sftp.password(),
                sftp.knownHosts(),
                sftp.timeout());
    }

    @Override
    public String place(Settings settings) {
        return "the account " + own(settings).user() + " at " + own(settings).host();
    }

    @Override
    public Optional<Path> localDirectory(Settings settings) {
        return Optional.empty();
    }

    @Override
    public List<Finding> examine(Settings settings, Clock clock) throws FailureException, InterruptedException {
        try (SftpDoctor doctor = new SftpDoctor(config(settings))) {
            return doctor.examine();
        }
    }

    @Override
    public List<String> warnings() {
        return List.of();
    }

    /** Silences logs of failures that are also thrown. */
    @Override
    public List<String> silencedLogs() {
        return List.of("org.apache.sshd");
    }
}
