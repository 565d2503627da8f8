package org.heratio.offsite.encryptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.broker.local.LocalBroker;
import org.heratio.offsite.event.ArchiveSettled;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.EventCodec;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.stage.Attempt;
import org.heratio.offsite.stage.Outcome;
import org.heratio.offsite.stage.ProgressSink;
import org.heratio.offsite.stage.RetryPolicy;
import org.heratio.offsite.stage.StageDefinition;
import org.heratio.offsite.stage.StageHandler;
import org.heratio.offsite.stage.StageMeter;
import org.heratio.offsite.stage.StageShell;
import org.heratio.offsite.stage.StageVerticle;
import org.heratio.offsite.stage.Subject;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An archive that takes minutes to read, although it is small: it unpacks to a thousand times its size. */
@Timeout(HangLimit.TEST_SECONDS)
class LongArchiveTest {
    private static final int ZEROS = 64 << 20;
    /** Just under 4 GB in 4 MB, which a zip can have without zip64. */
    private static final int TIMES = 60;

    @TempDir
    Path dir;

    private final EventCodec codec = new EventCodec();
    private final CountDownLatch smallIsSealed = new CountDownLatch(1);
    private EncryptorFixture fixture;
    private Broker broker;

    @BeforeEach
    void start() throws Exception {
        fixture = new EncryptorFixture(dir);
        broker = new LocalBroker(fixture.vertx);
        get(broker.declare(
                Topology.of("t", Set.of("localfs"), RetryPolicy.standard().ladder())));
    }

    @AfterEach
    void stop() throws Exception {
        smallIsSealed.countDown();
        get(broker.close());
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bomb.gz", "bomb.zip"})
    void aBombHoldsNobodyUpAndIsStoppedByAnInterrupt(String name) throws Exception {
        Version bomb = fixture.settle(bomb(name), "localfs");
        Version small = fixture.settle(fixture.write("small.sql.gz", Archives.gzip(1_000)), "localfs");
        StageVerticle stage = new StageShell(
                        fixture.vertx,
                        broker,
                        fixture.ledger.pendingWork(),
                        RetryPolicy.standard(),
                        codec,
                        Clock.systemUTC(),
                        () -> Duration.ZERO,
                        StageMeter.NONE)
                .verticle(StageDefinition.named("encryptor", Topology.encrypt("t"), 1)
                        .on(ArchiveSettled.class, new Slow(fixture.sealHandler(false), bomb.id(), smallIsSealed))
                        .besideLong(1, Duration.ofMillis(100))
                        .build());
        get(fixture.vertx.deployVerticle(stage));
        publish(bomb);
        await().until(() -> stage.inFlight() == 1);

        publish(small);

        await().until(() -> state(small) == VersionState.SEALED);
        assertThat(state(bomb)).isEqualTo(VersionState.SETTLED);
        await().until(() -> stage.inFlight() == 1);
        smallIsSealed.countDown();
        assertThat(get(stage.drain(Duration.ofMillis(1)))).as("left behind").isZero();
        assertThat(state(bomb)).isEqualTo(VersionState.SETTLED);
    }

    /** Reads the first part of one archive, and then waits for a latch: however fast the machine, others have the time to end before. */
    private record Slow(SealHandler handler, long slowVersion, CountDownLatch latch)
            implements StageHandler<ArchiveSettled> {
        @Override
        public Outcome handle(ArchiveSettled event, Attempt attempt) throws FailureException, InterruptedException {
            ProgressSink slow = (version, driver, done, total) -> {
                try {
                    latch.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            };
            return handler.handle(
                    event,
                    event.versionId() == slowVersion ? new Attempt(attempt.number(), attempt.ahead(), slow) : attempt);
        }

        @Override
        public ArchiveSettled inTurn(ArchiveSettled event) throws FailureException {
            return handler.inTurn(event);
        }

        @Override
        public Subject subject(ArchiveSettled event) {
            return handler.subject(event);
        }

        @Override
        public List<Event> giveUp(ArchiveSettled event, Failure failure) throws FailureException {
            return handler.giveUp(event, failure);
        }
    }

    private VersionState state(Version version) throws Exception {
        return fixture.ledger.versions().find(version.id()).orElseThrow().state();
    }

    private void publish(Version version) throws Exception {
        get(broker.publish(codec.encode(new ArchiveSettled(version.id(), version.path()))));
    }

    private Path bomb(String name) throws IOException {
        Path file = fixture.backups.resolve(name);
        return name.endsWith(".gz") ? gzip(file) : zip(file);
    }

    private static Path gzip(Path file) throws IOException {
        ByteArrayOutputStream member = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(member)) {
            gzip.write(new byte[ZEROS]);
        }
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < TIMES; i++) {
                member.writeTo(out);
            }
        }
        return file;
    }

    /** One entry, of deflated data that goes on at each flush as it began. */
    private static Path zip(Path file) throws IOException {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        byte[] part = new byte[ZEROS / 100];
        deflater.setInput(new byte[ZEROS]);
        int length = deflater.deflate(part, 0, part.length, Deflater.SYNC_FLUSH);
        deflater.end();
        int packed = length * TIMES + 2;
        ByteBuffer zip = ByteBuffer.allocate(packed + 200).order(ByteOrder.LITTLE_ENDIAN);
        zip.putInt(0x04034b50).putShort((short) 20).putShort((short) 0);
        entry(zip, packed).putShort((short) 0).put((byte) 'z');
        for (int i = 0; i < TIMES; i++) {
            zip.put(part, 0, length);
        }
        zip.put((byte) 3).put((byte) 0);
        int directory = zip.position();
        zip.putInt(0x02014b50).putShort((short) 20).putShort((short) 20).putShort((short) 0);
        entry(zip, packed).putShort((short) 0).putShort((short) 0).putShort((short) 0);
        zip.putShort((short) 0).putInt(0).putInt(0).put((byte) 'z');
        int end = zip.position();
        zip.putInt(0x06054b50).putInt(0).putShort((short) 1).putShort((short) 1);
        zip.putInt(end - directory).putInt(directory).putShort((short) 0);
        return Files.write(file, Arrays.copyOf(zip.array(), zip.position()));
    }

    /** Method, time, date, CRC, sizes and the length of the name. */
    private static ByteBuffer entry(ByteBuffer zip, int packed) {
        zip.putShort((short) 8).putInt(0).putInt(0).putInt(packed);
        return zip.putInt((int) ((long) ZEROS * TIMES)).putShort((short) 1);
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }
}
