package org.heratio.offsite.app.run;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.archive.gate.CompletenessMode;
import org.heratio.offsite.broker.Futures;
import org.heratio.offsite.config.Secret;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.encryptor.EncryptorStage;
import org.heratio.offsite.encryptor.PayloadRebuilder;
import org.heratio.offsite.encryptor.RepairHandler;
import org.heratio.offsite.encryptor.SealHandler;
import org.heratio.offsite.encryptor.Sealer;
import org.heratio.offsite.encryptor.SpoolKeeper;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.JournalKeeper;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.openpgp.Passphrase;
import org.heratio.offsite.operations.keys.Keys;
import org.heratio.offsite.spool.Spool;
import org.heratio.offsite.stage.Breaker;
import org.heratio.offsite.stage.RetryPolicy;
import org.heratio.offsite.stage.RunningStage;
import org.heratio.offsite.stage.StageDefinition;
import org.heratio.offsite.stage.StageShell;
import org.heratio.offsite.uploader.AbandonedPuts;
import org.heratio.offsite.uploader.UploaderStage;
import org.heratio.offsite.verifier.VerifierStage;
import org.heratio.offsite.watcher.WatcherConfig;
import org.heratio.offsite.watcher.WatcherStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The stages that run in one process: the parts list, how they start, and how they stop. */
final class Pipeline {
    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);
    private static final Duration SPOOL_PATIENCE = Duration.ofSeconds(30);

    private final Node node;
    private final StageSelection selection;
    private final RetryPolicy policy;
    private final Duration spoolPatience;
    private final Spool spool;
    private final BackupDirectory backups;
    private final List<RunningStage> running = new ArrayList<>();
    private final Housekeeping housekeeping;
    private @Nullable WatcherStage watcher;

    /**
     * @param policy when what failed is tried again
     * @param patience how long passing troubles may last
     */
    Pipeline(Node node, StageSelection selection, RetryPolicy policy, Duration patience) throws FailureException {
        this.node = node;
        this.selection = selection;
        this.policy = policy;
        this.spoolPatience =
                patience.dividedBy(4).compareTo(SPOOL_PATIENCE) < 0 ? patience.dividedBy(4) : SPOOL_PATIENCE;
        Settings settings = node.settings();
        this.backups = new BackupDirectory(settings.paths().backups());
        this.spool = openSpool(settings);
        this.housekeeping = new Housekeeping(
                new SpoolKeeper(node.ledger().payloads(), spool),
                new AbandonedPuts(node.ledger()),
                new JournalKeeper(
                        node.ledger().journal(),
                        settings.journal().age(),
                        settings.journal().rows()),
                Housekeeping.CLEARING);
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
     * Starts the consumers, and cleans up what a crash left.
     *
     * @param watch also watches the directory and scans by itself, as {@code serve} does
     */
    void start(boolean watch) throws FailureException, InterruptedException {
        if (selection.encryptor() && node.settings().encryption().passphrase() != null) {
            forgetPlainPayloads();
        }
        housekeeping.start(selection.uploaders().stream()
                .map(driver -> Objects.requireNonNull(node.destinations().get(driver)))
                .toList());
        StageShell shell = new StageShell(
                node.vertx(), node.broker(), node.ledger().pendingWork(), policy, node.codec(), node.clock());
        for (StageDefinition stage : definitions()) {
            running.add(Futures.await(shell.start(stage), "starting the " + stage.name()));
        }
        if (watch && watcher != null) {
            watcher.start();
        }
    }

    /** What waited to be shipped as it is, and has not been, is encrypted now that there is a passphrase. */
    private void forgetPlainPayloads() throws FailureException {
        int forgotten = node.ledger().payloads().deleteUnwantedPlain();
        if (forgotten > 0) {
            LOG.info("{} archives that waited to be shipped unencrypted are encrypted first", forgotten);
        }
    }

    private List<StageDefinition> definitions() {
        List<StageDefinition> definitions = new ArrayList<>();
        String prefix = node.settings().broker().queuePrefix();
        // the last of the way first, so that each has somebody to hand on to
        if (selection.verifier()) {
            definitions.addAll(verifier(prefix));
        }
        for (String driver : selection.uploaders()) {
            definitions.add(uploader(prefix, driver));
        }
        if (selection.encryptor()) {
            definitions.add(encryptor(prefix));
        }
        if (selection.watcher()) {
            watcher = watcher();
            definitions.add(watcher.definition());
        }
        return definitions;
    }

    private WatcherStage watcher() {
        Settings settings = node.settings();
        NativeCode.unpackBelow(settings.paths().state());
        Settings.Watcher config = settings.watcher();
        WatcherConfig usual = WatcherConfig.of(
                config.recursive(),
                config.quietPeriod(),
                config.scanInterval(),
                settings.broker().embedded(),
                settings.repair() == Settings.Repair.AUTO);
        return new WatcherStage(
                backups,
                config.include(),
                usual.withGrace(overdueAfter()),
                Set.copyOf(settings.drivers()),
                node.ledger(),
                node.broker(),
                settings.broker().queuePrefix(),
                node.codec(),
                node.clock());
    }

    /** Five minutes; tests that lose messages have less patience. */
    private static Duration overdueAfter() {
        String grace = System.getProperty("offsite.overdue-after");
        return grace == null ? WatcherConfig.GRACE : Duration.parse(grace);
    }

    private StageDefinition encryptor(String prefix) {
        Settings settings = node.settings();
        Ledger ledger = node.ledger();
        Sealer sealer = new Sealer(
                backups,
                spool,
                Keys.cipher(settings.encryption()),
                passphrase(settings),
                completeness(settings),
                spoolPatience);
        PayloadRebuilder rebuilder = new PayloadRebuilder(ledger.copies(), backups, sealer, node.destinations());
        return EncryptorStage.definition(
                prefix,
                settings.concurrency().of("encryptor"),
                new SealHandler(ledger, sealer, rebuilder),
                new RepairHandler(ledger, sealer, rebuilder));
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

    private StageDefinition uploader(String prefix, String driver) {
        return UploaderStage.definition(
                prefix,
                node.settings().concurrency().uploader(driver),
                node.ledger(),
                destination(driver),
                breaker("uploader:" + driver, driver),
                spool,
                backups);
    }

    private Destination destination(String driver) {
        return Objects.requireNonNull(node.destinations().get(driver), "a node has all destinations of its drivers");
    }

    private Breaker breaker(String name, String driver) {
        Destination destination = destination(driver);
        return new Breaker(node.vertx(), name, destination::probe, Breaker.Pauses.STANDARD, node.clock());
    }

    private List<StageDefinition> verifier(String prefix) {
        Map<String, Breaker> breakers = new HashMap<>();
        node.drivers().forEach(driver -> breakers.put(driver, breaker("verifier of " + driver, driver)));
        return VerifierStage.definitions(
                prefix,
                node.settings().concurrency().of("verifier"),
                node.ledger(),
                node.destinations(),
                breakers,
                node.clock(),
                node.settings().repair() == Settings.Repair.AUTO);
    }

    /** Takes nothing more, lets what is under way end within the bound, and interrupts the rest, which the next start takes up. */
    void stop(Duration bound) throws InterruptedException {
        if (watcher != null) {
            watcher.stop();
        }
        List<io.vertx.core.Future<Integer>> drained =
                running.stream().map(stage -> stage.drain(bound)).toList();
        int interrupted = 0;
        for (io.vertx.core.Future<Integer> one : drained) {
            try {
                interrupted += Futures.awaitBeyond(bound, one, "draining");
            } catch (FailureException e) {
                LOG.warn("{}", e.failure().oneLine());
            }
        }
        if (interrupted > 0) {
            LOG.info("{} pieces of work were left for the next start", interrupted);
        }
        housekeeping.stop();
    }
}
