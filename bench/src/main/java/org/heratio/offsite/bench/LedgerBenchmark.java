package org.heratio.offsite.bench;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.ReplicationRow;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.jdbc.JdbcLedger;
import org.heratio.offsite.ledger.jdbc.LedgerConfig;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Work of the embedded ledger, beside a number of archives that it knows already. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class LedgerBenchmark {
    private static final String SHA256 = "a".repeat(64);

    @Param({"1000", "20000"})
    int archives;

    private final Vertx vertx = Vertx.vertx();
    private Path directory = Path.of("");

    @SuppressWarnings("NullAway.Init") // set by fill()
    private Ledger ledger;

    private long next;

    @Setup
    public void fill() throws IOException, LedgerException {
        directory = Files.createTempDirectory("bench");
        ledger = JdbcLedger.open(vertx, LedgerConfig.h2(directory), Clock.systemUTC());
        for (int i = 0; i < archives; i++) {
            shipOne();
        }
    }

    @TearDown
    public void close() throws IOException {
        ledger.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Records an archive from its arrival until its copy is shipped. */
    @Benchmark
    public boolean shipOne() throws LedgerException {
        String name = "database_" + next++ + ".sql.gz";
        Version version = ledger.versions()
                .settle(new ArchiveFile("/backups/" + name, name, 10, next), next, List.of("localfs"), false);
        Payload payload = ledger.payloads()
                .record(version.id(), SHA256, version.id() + ".pgp", SHA256, 99, true)
                .orElseThrow();
        Copy copy = ledger.copies().ofVersion(version.id()).get(0);
        String remotePath = "/offsite/" + name + ".gpg";
        ledger.copies().recordPendingPut(copy.id(), remotePath, payload);
        return ledger.copies().replicated(copy.id(), remotePath, payload);
    }

    /** Reads the rows that {@code offsite history} shows. */
    @Benchmark
    public List<ReplicationRow> history() throws LedgerException {
        return ledger.view().history(50, null);
    }
}
