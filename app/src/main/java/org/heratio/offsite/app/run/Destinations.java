package org.heratio.offsite.app.run;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.heratio.offsite.config.Bandwidth;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.destination.SshAccount;
import org.heratio.offsite.destination.localfs.LocalFsDestination;
import org.heratio.offsite.destination.rsync.RsyncConfig;
import org.heratio.offsite.destination.rsync.RsyncDestination;
import org.heratio.offsite.destination.s3.S3Config;
import org.heratio.offsite.destination.s3.S3Destination;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Ledger;

/** The one place that knows which drivers there are. */
public final class Destinations {
    private Destinations() {}

    /** The configured destinations by driver, in the order of the settings. */
    public static Map<String, Destination> open(Settings settings, Ledger ledger)
            throws ConfigException, FailureException {
        return open(settings, (driver, below) -> holdsCopies(ledger, driver, below));
    }

    /**
     * The same without a ledger, for reading alone.
     *
     * @param holdsCopies whether a driver should hold copies below a path: an empty one is no destination then, but a mount that is
     *     missing
     */
    public static Map<String, Destination> open(Settings settings, BiPredicate<String, String> holdsCopies)
            throws ConfigException, FailureException {
        Map<String, Destination> destinations = new LinkedHashMap<>();
        boolean opened = false;
        try {
            for (String driver : settings.drivers()) {
                destinations.put(driver, open(driver, settings, holdsCopies));
            }
            opened = true;
            return destinations;
        } finally {
            if (!opened) {
                destinations.values().forEach(Destination::close);
            }
        }
    }

    /** One of them; parameters as those of {@link #open(Settings, BiPredicate)}. */
    public static Destination open(String driver, Settings settings, BiPredicate<String, String> holdsCopies)
            throws ConfigException, FailureException {
        return switch (driver) {
            case "localfs" -> {
                Path root = settings.localfs().path();
                yield new LocalFsDestination(
                        root,
                        () -> holdsCopies.test(driver, root + "/"),
                        limit(settings, settings.localfs().bandwidth()));
            }
            case "s3" ->
                new S3Destination(
                        s3(settings),
                        Clock.systemUTC(),
                        limit(settings, settings.s3().bandwidth()));
            case "rsync" -> {
                RsyncConfig config = rsync(settings);
                String below = new DirectoryLayout(config.account().path()).prefix();
                yield new RsyncDestination(
                        config,
                        () -> holdsCopies.test(driver, below),
                        limit(settings, settings.rsync().bandwidth()));
            }
            default ->
                throw new ConfigException(List.of(new ConfigProblem(
                        "there is no driver " + driver, "BACKUP_OFFSITE_DRIVER is one of " + Settings.DRIVERS)));
        };
    }

    /** What the s3 driver has to know, from the settings. */
    public static S3Config s3(Settings settings) {
        Settings.S3 s3 = settings.s3();
        S3Config.Credentials credentials = s3.accessKey() == null || s3.secretKey() == null
                ? null
                : new S3Config.Credentials(
                        s3.accessKey().reveal(), s3.secretKey().reveal(), null);
        URI proxy = s3.proxy() == null ? null : URI.create(s3.proxy().reveal());
        S3Config.Encryption encryption = s3.sse() == null
                ? S3Config.Encryption.BUCKET_DEFAULT
                : s3.sse().equals("AES256") ? S3Config.Encryption.AES256 : S3Config.Encryption.KMS;
        S3Config.Lock lock = s3.lockMode() == null
                ? null
                : new S3Config.Lock(S3Config.LockMode.valueOf(s3.lockMode()), s3.lockDays());
        return S3Config.of(
                        new S3Config.Place(s3.bucket(), s3.region(), s3.endpoint(), s3.pathStyle(), s3.prefix()),
                        new S3Config.Access(credentials, s3.caFile(), proxy),
                        settings.paths().state().resolve("s3"))
                .with(new S3Config.ObjectSettings(s3.storageClass(), encryption, s3.kmsKey(), lock));
    }

    private static RateLimit limit(Settings settings, Bandwidth bandwidth) {
        return new RateLimit(bandwidth, Clock.system(settings.timezone()));
    }

    /** What the rsync driver has to know, from the settings. */
    public static RsyncConfig rsync(Settings settings) {
        Settings.Rsync rsync = settings.rsync();
        return new RsyncConfig(
                new SshAccount(rsync.host(), rsync.user(), rsync.port(), rsync.path()),
                rsync.sshKey(),
                rsync.extra(),
                rsync.knownHosts(),
                settings.paths().state().resolve("rsync"),
                rsync.timeout());
    }

    private static boolean holdsCopies(Ledger ledger, String driver, String below) {
        try {
            return ledger.holdsCopies(driver, below);
        } catch (FailureException e) {
            // not known: then rather nothing is written into what may be an unmounted directory
            return true;
        }
    }
}
