package org.heratio.offsite.app.run;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.heratio.offsite.app.e2e.Proof;
import org.heratio.offsite.app.e2e.SampleArchives;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.event.ArchiveSettled;
import org.heratio.offsite.event.CopyDue;
import org.heratio.offsite.event.CopyReplicated;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.PayloadReady;
import org.heratio.offsite.event.RepairRequested;
import org.heratio.offsite.event.ScanReason;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.event.VerifyRequested;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.stage.Headers;
import org.heratio.offsite.stage.StageMeter;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.KnownDrivers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages that nothing of ours sent, to the real stages: they ship nothing, and harm no archive. */
final class ForgedMessagesTest {
    private static final String PREFIX = "offsite";
    private static final long UNKNOWN = 4_711;
    private static final int CHECKS = 2_000;

    @TempDir
    Path dir;

    private Path backups;
    private Path offsite;
    private Path secret;
    private Node node;
    private Pipeline pipeline;

    @BeforeEach
    void startThePipeline() throws Exception {
        Path root = dir.toRealPath();
        backups = Files.createDirectory(root.resolve("backups"));
        offsite = root.resolve("offsite");
        secret = new SampleArchives(root.resolve("private"), 1).make("shadow.sql.gz", 5_000);
        Path passphrase = Files.writeString(root.resolve("passphrase"), "correct horse battery staple\n");
        node = Node.open(
                KnownDrivers.settings(
                                Map.of(
                                        "HERATIO_BACKUPS_PATH", backups.toString(),
                                        "BACKUP_OFFSITE_STATE_DIR",
                                                root.resolve("state").toString(),
                                        "BACKUP_OFFSITE_LOCALFS_PATH", offsite.toString(),
                                        "BACKUP_ENCRYPTION_PASSPHRASE_FILE", passphrase.toString(),
                                        // a second check of a copy that is being checked would wait half a minute
                                        "BACKUP_OFFSITE_CONCURRENCY", "verifier=1"),
                                root)
                        .load(null),
                Clock.systemUTC());
        pipeline = new Pipeline(
                node,
                StageSelection.all(node.drivers()),
                node.policy(),
                node.policy().giveUpAfter(),
                StageMeter.NONE);
        pipeline.start(pipeline.parts(false));
    }

    @AfterEach
    void stopThePipeline() throws Exception {
        pipeline.stop(Duration.ofSeconds(5));
        node.close();
    }

    @Test
    void aPathThatIsNotTheLedgersIsDeadLetteredAndTheArchiveIsShippedAllTheSame() throws Exception {
        Version version = settled("good.sql.gz");
        publish(new ArchiveSettled(version.id(), "/etc/shadow"));
        publish(new ArchiveSettled(version.id(), secret.toString()));
        publish(new ArchiveSettled(version.id(), backups + "/../private/shadow.sql.gz"));
        publish(new ArchiveSettled(version.id(), ""));
        publish(new ArchiveSettled(UNKNOWN, "/etc/shadow"));
        publish(new ArchiveSettled(UNKNOWN, version.path()));

        awaitDead(Topology.encrypt(PREFIX), 6, "MESSAGE_FORGED");
        Version now = node.ledger().versions().find(version.id()).orElseThrow();
        assertThat(now.state()).isEqualTo(VersionState.SETTLED);
        assertThat(now.error())
                .as("what is wrong is the message, not the archive")
                .isNull();
        assertThat(node.ledger().pendingWork().overdue(node.drivers(), 1))
                .as("work that a lost message would have to be published for again")
                .hasSize(1);
        assertThat(copies()).isEmpty();
        assertThat(node.ledger().view().history(10, null)).isEmpty();

        publish(new ArchiveSettled(version.id(), version.path()));
        await().atMost(HangLimit.STEP).until(() -> copyOf(version).state() == CopyState.VERIFIED);
        assertThat(copies()).hasSize(1).first().asString().endsWith("/good.sql.gz.gpg");
    }

    @Test
    void aLedgerRowThatPointsOutsideShipsNothingEither() throws Exception {
        Version outside = node.ledger()
                .versions()
                .settle(file(secret, "shadow.sql.gz"), node.clock().millis(), node.drivers(), false);
        Path link = Files.createSymbolicLink(backups.resolve("link.sql.gz"), secret);
        Version linked = node.ledger()
                .versions()
                .settle(file(link, "link.sql.gz"), node.clock().millis(), node.drivers(), false);
        publish(new ArchiveSettled(outside.id(), outside.path()));
        publish(new ArchiveSettled(linked.id(), linked.path()));

        awaitDead(Topology.encrypt(PREFIX), 2, "PATH_OUTSIDE");
        assertThat(copyOf(outside).state()).isEqualTo(CopyState.FAILED);
        assertThat(copyOf(linked).state()).isEqualTo(CopyState.FAILED);
        assertThat(copies()).isEmpty();
    }

    @Test
    void workOnCopiesThatTheLedgerDoesNotKnowIsDeadLettered() throws Exception {
        Version version = settled("good.sql.gz");
        publish(new ArchiveSettled(version.id(), version.path()));
        await().atMost(HangLimit.STEP).until(() -> copyOf(version).state() == CopyState.VERIFIED);
        Copy copy = copyOf(version);
        Version other = settled("other.sql.gz");
        long foreign = node.ledger()
                .payloads()
                .record(other.id(), "0".repeat(64), "other.pgp", "0".repeat(64), 1, true)
                .orElseThrow()
                .id();

        publish(new PayloadReady(UNKNOWN, UNKNOWN, "localfs"));
        publish(new PayloadReady(copy.id(), foreign, "localfs"));
        awaitDead(Topology.upload(PREFIX, "localfs"), 2, "MESSAGE_FORGED");
        publish(new CopyReplicated(UNKNOWN, "localfs"));
        publish(new CopyDue(UNKNOWN, "localfs"));
        publish(new CopyDue(copy.id(), "s3"));
        String sweeps = Topology.sweep(PREFIX, "localfs");
        get(node.broker().publishTo(sweeps, node.codec().encode(new CopyDue(copy.id(), "s3"))));
        awaitDead(Topology.verify(PREFIX, "localfs"), 1, "MESSAGE_FORGED");
        awaitDead(sweeps, 2, "MESSAGE_FORGED");
        publish(new RepairRequested(UNKNOWN, "localfs"));
        awaitDead(Topology.encrypt(PREFIX), 1, "MESSAGE_FORGED");
        publish(new ScanRequested("", ScanReason.REQUEST, List.of("s3"), true, true, true));
        awaitDead(Topology.scan(PREFIX), 1, "MESSAGE_MALFORMED");

        assertThat(copyOf(version)).isEqualTo(copy);
        assertThat(node.ledger().view().history(10, null))
                .hasSize(1)
                .allSatisfy(row -> assertThat(row.status()).isEqualTo("verified"));
        assertThat(copies()).hasSize(1);
    }

    @Test
    void aScanThatNobodyAskedForShipsNothingInClearNorOverWhatIsThere() throws Exception {
        Version version = settled("good.sql.gz");
        publish(new ArchiveSettled(version.id(), version.path()));
        await().atMost(HangLimit.STEP).until(() -> copyOf(version).state() == CopyState.VERIFIED);
        Copy copy = copyOf(version);
        node.ledger().requests().open("asked", "replicate");

        publish(new ScanRequested("", ScanReason.REQUEST, node.drivers(), true, true, true));
        publish(new ScanRequested("", ScanReason.RESCAN, node.drivers(), false, false, true));
        publish(new ScanRequested("never", ScanReason.REQUEST, node.drivers(), true, true, false));
        publish(new ScanRequested("asked", ScanReason.REQUEST, node.drivers(), false, true, true));

        awaitDead(Topology.scan(PREFIX), 4, "MESSAGE_FORGED");
        assertThat(copyOf(version)).isEqualTo(copy);
        assertThat(copies()).singleElement().asString().endsWith("/good.sql.gz.gpg");
    }

    @Test
    void twoThousandChecksThatNobodyAskedForReadNothing() throws Exception {
        AtomicInteger answers = new AtomicInteger();
        get(node.broker().listen("copy.verified.#", message -> answers.incrementAndGet()));
        Version version = verified("good.sql.gz");
        Copy copy = copyOf(version);
        // the check after the upload, whose answer comes after its proof is in the ledger
        await().atMost(HangLimit.STEP).until(() -> answers.get() == 1);
        List<CopyDue> forged = List.of(
                new CopyDue(copy.id(), "localfs"),
                new CopyDue(copy.id(), "localfs", node.clock().millis() + 1_000),
                new CopyDue(copy.id(), "localfs", Long.MAX_VALUE));
        for (int i = 0; i < CHECKS; i++) {
            publish(forged.get(i % forged.size()));
        }

        for (int step = CHECKS / 10; step <= CHECKS; step += CHECKS / 10) {
            int answered = 1 + step;
            await().atMost(HangLimit.STEP).until(() -> answers.get() >= answered);
        }
        assertThat(answers).hasValue(1 + CHECKS);
        assertThat(copyOf(version)).as("with the time of its proof").isEqualTo(copy);
    }

    @Test
    void aForgedSweepReadsNothing() throws Exception {
        Version version = verified("good.sql.gz");
        Copy copy = copyOf(version);
        AtomicInteger due = new AtomicInteger();
        get(node.broker().listen("copy.due.#", message -> due.incrementAndGet()));
        for (String request : List.of("", "never-opened")) {
            publish(new VerifyRequested(request, true, null, null));
        }
        // taken after them, and proved
        verified("later.sql.gz");

        assertThat(copyOf(version)).isEqualTo(copy);
        assertThat(due).hasValue(0);
    }

    @Test
    void aForgedScanTakesUpNothingThatFailed() throws Exception {
        Version version = settled("good.sql.gz");
        node.ledger()
                .versions()
                .fail(version.id(), new Failure(ErrorCode.ARCHIVE_INCOMPLETE, "it ends in the middle", null));

        publish(new ScanRequested("", ScanReason.REQUEST, node.drivers(), false, true, false));
        publish(new ScanRequested("never-opened", ScanReason.REQUEST, node.drivers(), false, true, false));

        awaitDead(Topology.scan(PREFIX), 2, "MESSAGE_FORGED");
        assertThat(node.ledger().versions().find(version.id()).orElseThrow().state())
                .isEqualTo(VersionState.FAILED);
    }

    private Version verified(String name) throws Exception {
        Version version = settled(name);
        publish(new ArchiveSettled(version.id(), version.path()));
        await().atMost(HangLimit.STEP).until(() -> copyOf(version).state() == CopyState.VERIFIED);
        return version;
    }

    @Test
    void whatIsNoMessageOfOursIsDeadLettered() throws Exception {
        Version version = settled("good.sql.gz");
        String id = "{\"versionId\":" + version.id() + ",\"path\":";
        publish("archive-settled", 1, id + "{\"$ref\":\"/etc/shadow\"}}");
        publish("archive-settled", 1, id + "null}");
        publish("archive-settled", 1, "{\"versionId\":\"" + version.id() + "\",\"path\":\"" + version.path() + "\"}");
        publish("archive-settled", 2, id + "\"" + version.path() + "\"}");
        publish("org.heratio.offsite.event.ArchiveSettled", 1, id + "\"" + version.path() + "\"}");
        publish("archive-settled", 1, "\0\1\2");

        await().atMost(HangLimit.STEP)
                .until(() -> dead(Topology.encrypt(PREFIX)).size() == 6);
        assertThat(dead(Topology.encrypt(PREFIX)))
                .extracting(letter -> letter.headers().get(Headers.CODE))
                .containsOnly("MESSAGE_MALFORMED", "MESSAGE_UNKNOWN");
        assertThat(node.ledger().versions().find(version.id()).orElseThrow()).isEqualTo(version);
        assertThat(copies()).isEmpty();
    }

    private Version settled(String name) throws Exception {
        Path archive = new SampleArchives(backups, name.hashCode()).make(name, 5_000);
        return node.ledger().versions().settle(file(archive, name), node.clock().millis(), node.drivers(), false);
    }

    private static ArchiveFile file(Path file, String relative) throws Exception {
        return new ArchiveFile(
                file.toString(),
                relative,
                Files.size(file),
                Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS));
    }

    private void publish(Event event) throws Exception {
        get(node.broker().publish(node.codec().encode(event)));
    }

    private void publish(String type, int version, String body) throws Exception {
        get(node.broker()
                .publish(new Envelope(
                        UUID.randomUUID().toString(),
                        type,
                        version,
                        "archive.settled",
                        Map.of(),
                        body.getBytes(StandardCharsets.UTF_8))));
    }

    private void awaitDead(String queue, int count, String code) throws Exception {
        await().atMost(HangLimit.STEP).until(() -> dead(queue).size() == count);
        assertThat(dead(queue))
                .extracting(letter -> letter.headers().get(Headers.CODE))
                .containsOnly(code);
    }

    private List<Envelope> dead(String queue) throws Exception {
        return get(node.broker().deadLetters(queue, 100));
    }

    private Copy copyOf(Version version) throws Exception {
        return node.ledger().copies().ofVersion(version.id()).get(0);
    }

    private List<String> copies() throws Exception {
        return Proof.copies(offsite).stream()
                .filter(file -> !file.endsWith(".sha256") && !file.endsWith("/.heratio-offsite"))
                .toList();
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, SECONDS);
    }
}
