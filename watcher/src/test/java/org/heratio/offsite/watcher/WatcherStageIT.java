package org.heratio.offsite.watcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.archive.IncludePatterns;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.broker.local.LocalBroker;
import org.heratio.offsite.event.ArchiveSettled;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.EventCodec;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.KnownArchive;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.stage.BrokerPublisher;
import org.heratio.offsite.stage.RetryPolicy;
import org.heratio.offsite.stage.StageMeter;
import org.heratio.offsite.stage.StageShell;
import org.heratio.offsite.stage.StageVerticle;
import org.heratio.offsite.stage.Watchdog;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole stage: real files, child processes that write, the shell, a ledger on disk and the broker in the JVM. */
class WatcherStageIT {
    private static final Duration SOON = HangLimit.STEP;

    @TempDir
    private Path temp;

    private final EventCodec codec = new EventCodec();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private Path root;
    private Vertx vertx;
    private Ledger ledger;
    private Broker broker;
    private WatcherStage stage;
    private StageVerticle running;

    @BeforeEach
    void open() throws Exception {
        root = Files.createDirectories(temp.resolve("backups"));
        vertx = Vertx.vertx();
        ledger = LedgerFixture.h2(vertx, temp.resolve("state"));
        broker = new LocalBroker(vertx);
        get(broker.declare(
                Topology.of("offsite", Set.of("localfs"), RetryPolicy.standard().ladder())));
        get(broker.listen("#", envelope -> {
            try {
                events.add(codec.decode(envelope));
            } catch (FailureException e) {
                throw new IllegalStateException(e);
            }
        }));
    }

    @AfterEach
    void close() throws Exception {
        if (running != null) {
            get(running.drain(Duration.ofSeconds(5)));
            stage.stop();
        }
        get(broker.close());
        ledger.close();
        get(vertx.close());
    }

    @Test
    void shipsNothingBeforeTheWriterHasFinished() throws Exception {
        start(Duration.ofSeconds(1));
        Path file = root.resolve("database_x_2026-01-01_031500.sql.gz");

        Process writer = shell("{ printf begin; sleep 2; printf middle; sleep 2; printf end; } > \"$1\"", file);

        await().atMost(HangLimit.STEP).until(() -> !settled().isEmpty());
        assertThat(writer.isAlive()).isFalse();
        assertThat(known(file).size()).isEqualTo(14);
        assertThat(settled()).hasSize(1);
    }

    @Test
    void takesWhatIsWrittenRenamedMovedInAndRewritten() throws Exception {
        touch("before.gz");
        start(Duration.ofMinutes(10));
        await().atMost(SOON).until(() -> settled().size() == 1 && stage.watching());

        Path written = touch("written.gz");
        Path renamed = Files.move(touch("renamed.gz.part"), root.resolve("renamed.gz"));
        Path outside = Files.writeString(temp.resolve("moved.zip"), "x");
        Files.setLastModifiedTime(outside, FileTime.from(Instant.now().minusSeconds(86_400)));
        Path moved = Files.move(outside, root.resolve("moved.zip"));
        Path nested = touch("sub/\n-rf \"quoted\" caf\u00e9.gz");
        await().atMost(SOON).until(() -> settled().size() == 5);
        assertThat(ledger.versions().newest().keySet())
                .contains(written.toString(), renamed.toString(), moved.toString(), nested.toString());

        long first = known(written).versionId();
        Files.writeString(written, "rewritten");
        await().atMost(SOON).until(() -> settled().size() == 6);
        assertThat(known(written).versionId()).isNotEqualTo(first);
    }

    @Test
    void takesTwoHundredFilesThatLandAtOnce() throws Exception {
        start(Duration.ofMinutes(10));
        await().atMost(SOON).until(() -> stage.watching());

        for (int i = 0; i < 200; i++) {
            touch("many-" + i + ".gz");
        }

        await().atMost(SOON).until(() -> settled().size() == 200);
        assertThat(settled()).doesNotHaveDuplicates();
    }

    @Test
    void losesNoneOfAThousandThatOverflowTheKernelsQueue() throws Exception {
        start(Duration.ofSeconds(5));
        await().atMost(SOON).until(() -> stage.watching());

        // files that are no archives come between them: these fill the queue, too, and cost the ledger nothing
        Process writer = shell(
                "cd \"$1\" && { seq 20000 | split -l 1 -a 4 - other- &"
                        + " seq 1000 | split -l 1 -a 3 --additional-suffix=.gz -; wait; }",
                root);

        await().atMost(HangLimit.STEP).until(() -> ledger.versions().newest().size() == 1_000);
        assertThat(writer.waitFor()).isZero();
        await().atMost(SOON).until(() -> Set.copyOf(settled()).size() == 1_000);
    }

    @Test
    void comesBackWithTheDirectory() throws Exception {
        start(Duration.ofMinutes(10));
        await().atMost(SOON).until(() -> stage.watching());
        Files.delete(root);
        await().atMost(SOON).until(() -> !stage.watching());

        Files.createDirectories(root);
        Path file = touch("a.gz");

        await().atMost(SOON).until(() -> ledger.versions().newest().containsKey(file.toString()));
        assertThat(stage.watching()).isTrue();
    }

    @Test
    void findsWhatNoEventToldOf() throws Exception {
        start(Duration.ofSeconds(1));
        await().atMost(SOON).until(() -> stage.watching());
        Path target = Files.createDirectories(temp.resolve("elsewhere"));
        touch("a.gz");
        // what lies behind a bind mount or on a NAS comes without an event; so does a change through another name
        Files.createLink(target.resolve("twin"), root.resolve("a.gz"));
        await().atMost(SOON).until(() -> settled().size() == 1);

        Files.writeString(target.resolve("twin"), "longer");

        await().atMost(SOON).until(() -> settled().size() == 2);
        assertThat(known(root.resolve("a.gz")).size()).isEqualTo(6);
    }

    private void start(Duration interval) throws Exception {
        WatcherConfig config = WatcherConfig.of(WatcherConfig.QUIET, interval, true, true);
        stage = new WatcherStage(
                new DirectoryScan(new BackupDirectory(root), IncludePatterns.parse(IncludePatterns.DEFAULT), true),
                config,
                Set.of("localfs"),
                ledger,
                new BrokerPublisher(broker, codec),
                new Backlog(broker, "offsite"),
                InstantSource.system(),
                new Watchdog());
        StageShell shell = new StageShell(
                vertx,
                broker,
                ledger.pendingWork(),
                RetryPolicy.standard(),
                codec,
                Clock.systemUTC(),
                () -> Duration.ofMinutes(1),
                StageMeter.NONE);
        running = shell.verticle(stage.definition("offsite"));
        get(vertx.deployVerticle(running));
        stage.start();
    }

    private List<Long> settled() {
        return events.stream()
                .filter(ArchiveSettled.class::isInstance)
                .map(e -> ((ArchiveSettled) e).versionId())
                .toList();
    }

    private KnownArchive known(Path file) throws Exception {
        Map<String, KnownArchive> known = ledger.versions().newest();
        assertThat(known).containsKey(file.toString());
        return known.get(file.toString());
    }

    private Path touch(String name) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "x");
    }

    private static Process shell(String script, Path file) throws IOException {
        return new ProcessBuilder("sh", "-c", script, "sh", file.toString())
                .inheritIO()
                .start();
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }
}
