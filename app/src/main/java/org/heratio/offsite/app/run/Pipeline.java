package org.heratio.offsite.app.run;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.archive.gate.CompletenessMode;
import org.heratio.offsite.config.Secret;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.encryptor.EncryptorStage;
import org.heratio.offsite.encryptor.PayloadRebuilder;
import org.heratio.offsite.encryptor.RepairHandler;
import org.heratio.offsite.encryptor.SealHandler;
import org.heratio.offsite.encryptor.Sealer;
import org.heratio.offsite.encryptor.SpoolKeeper;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.JournalKeeper;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.openpgp.Passphrase;
import org.heratio.offsite.operations.keys.Keys;
import org.heratio.offsite.spool.Spool;
import org.heratio.offsite.stage.Breaker;
import org.heratio.offsite.stage.RetryPolicy;
import org.heratio.offsite.stage.StageDefinition;
import org.heratio.offsite.stage.StageMeter;
import org.heratio.offsite.stage.StageShell;
import org.heratio.offsite.stage.Watchdog;
import org.heratio.offsite.uploader.AbandonedPuts;
import org.heratio.offsite.uploader.UploaderStage;
import org.heratio.offsite.verifier.AskedFor;
import org.heratio.offsite.verifier.VerifierStage;
import org.heratio.offsite.watcher.Backlog;
import org.heratio.offsite.watcher.DirectoryScan;
import org.heratio.offsite.watcher.WatcherConfig;
import org.heratio.offsite.watcher.WatcherStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The stages that run in one process: their parts list, and what each is made of. */
final class Pipeline {
    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);
    private static final Duration SPOOL_PATIENCE = Duration.ofSeconds(30);

    private final Node node;
    private final StageSelection selection;
    private final Duration spoolPatience;
    private final Spool spool;
    private final BackupDirectory backups;
    private final Housekeeping housekeeping;
    private final StageShell shell;
    private final Deployment deployment;
    private volatile Duration drainTimeout;

    /**
     * @param policy when what failed is tried again
     * @param patience how long passing troubles may last
     * @param meter counts what the stages do
     */
    Pipeline(Node node, StageSelection selection, RetryPolicy policy, Duration patience, StageMeter meter)
            throws FailureException {
        this.node = node;
        this.selection = selection;
        this.spoolPatience =
                patience.dividedBy(4).compareTo(SPOOL_PATIENCE) < 0 ? patience.dividedBy(4) : SPOOL_PATIENCE;
        Settings settings = node.settings();
        this.backups = new BackupDirectory(settings.paths().backups());
        this.spool = openSpool(settings);
        this.shell = new StageShell(
                node.vertx(),
                node.broker(),
                node.ledger().pendingWork(),
                policy,
                node.codec(),
                node.clock(),
                () -> drainTimeout,
                meter);
        this.housekeeping = new Housekeeping(
                new SpoolKeeper(node.ledger().payloads(), spool),
                new AbandonedPuts(node.ledger()),
                new JournalKeeper(
                        node.ledger().journal(),
                        settings.journal().age(),
                        settings.journal().rows()),
                Housekeeping.CLEARING,
                shell.watchdog());
        this.drainTimeout = settings.drainTimeout();
        this.deployment = new Deployment(node.vertx());
    }

    private static Spool openSpool(Settings settings) {
        Path root = settings.paths().spool();
        long room = Long.MAX_VALUE;
        try {
            room = Spool.room(root);
        } catch (FailureException e) {
            // not every stage needs it, and the one that does says so: the file system is the limit then
            LOG.warn("{}", e.failure().oneLine());
        }
        return new Spool(root, settings.paths().spoolBudget().resolve(room));
    }

    /**
     * Returns the housekeeping and the stages, in the order of their start: each stage finds its successor running.
     *
     * @param watch adds what watches the backup directory, and scans at the start and on the interval, as {@code serve}
     *     does
     */
    List<Part> parts(boolean watch) {
        List<Part> parts = new ArrayList<>();
        parts.add(Part.of("watchdog", () -> watchdog().start(node.vertx())));
        parts.add(housekeeping());
        if (selection.verifier()) {
            parts.addAll(verifier());
        }
        for (String driver : selection.uploaders()) {
            parts.add(uploader(driver));
        }
        if (selection.encryptor()) {
            parts.add(encryptor());
        }
        if (selection.watcher()) {
            WatcherStage watcher = watcher();
            parts.add(stage(watcher.definition(prefix())));
            if (watch) {
                parts.add(Part.of("watch", () -> {
                    watcher.start();
                    return watcher::stop;
                }));
            }
        }
        return parts;
    }

    /** Starts these parts: {@link #parts}, and what a service runs beside them. */
    void start(List<Part> parts) throws FailureException, InterruptedException {
        if (selection.encryptor() && node.settings().encryption().passphrase() != null) {
            forgetPlainPayloads();
        }
        deployment.start(parts);
    }

    /** Discards unencrypted payloads that were not shipped yet, so that they are sealed again, encrypted. */
    private void forgetPlainPayloads() throws FailureException {
        int forgotten = node.ledger().payloads().deleteUnwantedPlain();
        if (forgotten > 0) {
            LOG.info("{} archives that waited to be shipped unencrypted are encrypted first", forgotten);
        }
    }

    /**
     * Takes nothing more, lets what is under way end within the bound, and interrupts the rest, which the next start
     * takes up.
     */
    void stop(Duration bound) throws InterruptedException {
        drainTimeout = bound;
        deployment.stop(bound);
    }

    /** Returns what notices work that hangs; it is one of the parts. */
    Watchdog watchdog() {
        return shell.watchdog();
    }

    /** Returns the payloads before their upload, for their figures. */
    Spool spool() {
        return spool;
    }

    private Part stage(StageDefinition definition) {
        return Part.of(shell.verticle(definition));
    }

    private Part housekeeping() {
        List<Destination> destinations =
                selection.uploaders().stream().map(this::destination).toList();
        return Part.of("housekeeping", () -> {
            housekeeping.start(destinations);
            return housekeeping::stop;
        });
    }

    private WatcherStage watcher() {
        Settings settings = node.settings();
        Settings.Watcher config = settings.watcher();
        WatcherConfig usual = WatcherConfig.of(
                config.quietPeriod(), config.scanInterval(), settings.broker().embedded(), repairs(settings));
        return new WatcherStage(
                new DirectoryScan(backups, config.include(), config.recursive()),
                usual.withGrace(overdueAfter())
                        .withScans(Schedules.times(settings.schedules().scan(), settings.timezone())),
                Set.copyOf(settings.drivers()),
                node.ledger(),
                node.publisher(),
                new Backlog(node.broker(), prefix()),
                node.clock(),
                watchdog());
    }

    /** Five minutes; tests that lose messages have less patience. */
    private static Duration overdueAfter() {
        String grace = System.getProperty("offsite.overdue-after");
        return grace == null ? WatcherConfig.GRACE : Duration.parse(grace);
    }

    private Part encryptor() {
        Settings settings = node.settings();
        Ledger ledger = node.ledger();
        Sealer sealer = new Sealer(
                backups,
                spool,
                Keys.cipher(settings.encryption()),
                passphrase(settings),
                completeness(settings),
                spoolPatience);
        PayloadRebuilder rebuilder = new PayloadRebuilder(ledger, backups, sealer, node.destinations());
        return stage(EncryptorStage.definition(
                prefix(),
                settings.concurrency().of("encryptor"),
                new SealHandler(ledger, settings.drivers(), sealer, rebuilder),
                new RepairHandler(ledger, settings.drivers(), sealer, rebuilder, repairs(settings))));
    }

    /** The configured passphrase, or empty: then archives are shipped as they are. */
    private static Optional<Passphrase> passphrase(Settings settings) {
        Secret secret = settings.encryption().passphrase();
        return secret == null ? Optional.empty() : Optional.of(Passphrase.of(secret.chars()));
    }

    private static CompletenessMode completeness(Settings settings) {
        return switch (settings.completeness()) {
            case HOLD -> CompletenessMode.HOLD;
            case WARN -> CompletenessMode.WARN;
            case OFF -> CompletenessMode.OFF;
        };
    }

    private Part uploader(String driver) {
        return stage(UploaderStage.definition(
                prefix(),
                node.settings().concurrency().uploader(driver),
                node.ledger(),
                destination(driver),
                breaker("uploader:" + driver, driver, Breaker.NO_PUTS),
                spool,
                backups,
                repairs(node.settings())));
    }

    /** Returns whether damaged copies are put right without being asked. */
    private static boolean repairs(Settings settings) {
        return settings.repair() == Settings.Repair.AUTO;
    }

    private Destination destination(String driver) {
        return Objects.requireNonNull(node.destinations().get(driver), "a node has all destinations of its drivers");
    }

    private Breaker breaker(String name, String driver, Set<ErrorCode> down) {
        Destination destination = destination(driver);
        return new Breaker(node.vertx(), name, down, destination::probe, Breaker.BACKOFF, node.clock());
    }

    private List<Part> verifier() {
        Settings settings = node.settings();
        Map<String, Breaker> breakers = new HashMap<>();
        node.drivers()
                .forEach(driver -> breakers.put(driver, breaker("verifier of " + driver, driver, Breaker.NO_READS)));
        return VerifierStage.definitions(
                        prefix(),
                        settings.concurrency().of("verifier"),
                        node.ledger(),
                        node.destinations(),
                        breakers,
                        asked(settings.schedules().sweep(), settings.timezone()),
                        repairs(settings))
                .stream()
                .map(this::stage)
                .toList();
    }

    private AskedFor asked(@Nullable String sweeps, ZoneId zone) {
        Duration trust = Schedules.halfInterval(sweeps, zone, node.clock().instant());
        return new AskedFor(node.ledger(), node.clock(), trust, Schedules.times(sweeps, zone));
    }

    private String prefix() {
        return node.settings().broker().queuePrefix();
    }
}
