package org.heratio.offsite.watcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.heratio.offsite.files.Pipes;
import org.heratio.offsite.files.WriteLease;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.Requires;
import org.heratio.offsite.watcher.WriteProbe.Answer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the real kernel. */
class LeaseProbeTest {
    @TempDir
    private Path temp;

    private WriteProbe probe;
    private Path file;

    @BeforeEach
    void makeAFile() throws Exception {
        probe = LeaseProbe.create(temp);
        file = Files.writeString(temp.resolve("caf\u00e9 \uD83D\uDCBE.gz"), "content");
        Requires.that(probe.probe(file) != Answer.UNKNOWN, "this kernel or file system grants no leases");
    }

    @Test
    void seesAWriterWhileItHasTheFileOpen() throws Exception {
        try (FileChannel writer = FileChannel.open(file, StandardOpenOption.WRITE)) {
            assertThat(writer.isOpen()).isTrue();
            assertThat(probe.probe(file)).isEqualTo(Answer.WRITERS);
        }
        assertThat(probe.probe(file)).isEqualTo(Answer.NONE);
    }

    @Test
    void seesAWriterThatHasOnlyMappedTheFile() throws Exception {
        try (RandomAccessFile writer = new RandomAccessFile(file.toFile(), "rw")) {
            writer.getChannel().map(FileChannel.MapMode.READ_WRITE, 0, 1);
        }

        assertThat(probe.probe(file)).isEqualTo(Answer.WRITERS);
    }

    @Test
    void aWriteLeaseIsAWriterAndIsNotWaitedFor() throws Exception {
        try (WriteLease lease = WriteLease.on(file)) {
            assertThat(lease).isNotNull();
            assertThat(probe.probe(file)).isEqualTo(Answer.WRITERS);
        }
        assertThat(probe.probe(file)).isEqualTo(Answer.NONE);
    }

    @Test
    void isNotDisturbedByReaders() throws Exception {
        try (FileChannel reader = FileChannel.open(file, StandardOpenOption.READ)) {
            assertThat(reader.isOpen()).isTrue();
            assertThat(probe.probe(file)).isEqualTo(Answer.NONE);
        }
    }

    @Test
    void knowsNothingOfAFileThatIsNotThereOrNotOnALocalDisk() {
        assertThat(probe.probe(temp.resolve("gone.gz"))).isEqualTo(Answer.UNKNOWN);
        Path proc = Path.of("/proc");
        assertThat(LeaseProbe.create(proc).probe(proc.resolve("self/status"))).isEqualTo(Answer.UNKNOWN);
    }

    @Test
    void neitherAPipeNorADeviceIsOpened() throws Exception {
        Path pipe = Pipes.make(temp.resolve("pipe.gz"));
        Path device = Files.createSymbolicLink(temp.resolve("device.gz"), Path.of("/dev/zero"));
        CompletableFuture<Path> writer = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                writer.complete(Files.writeString(pipe, "x"));
            } catch (IOException e) {
                writer.completeExceptionally(e);
            }
        });
        thread.start();
        await().atMost(HangLimit.STEP)
                .until(() -> Arrays.stream(thread.getStackTrace()).anyMatch(frame -> frame.isNativeMethod()));

        assertThat(probe.probe(pipe)).isEqualTo(Answer.UNKNOWN);
        assertThat(probe.probe(device)).isEqualTo(Answer.UNKNOWN);

        // the writer still waits for a reader, and finds this one
        try (RandomAccessFile reader = new RandomAccessFile(pipe.toFile(), "rw")) {
            assertThat(writer).succeedsWithin(HangLimit.STEP);
            assertThat(reader.read()).isEqualTo('x');
        }
    }

    @Test
    void survivesWritersThatBreakTheLeaseAndLeaksNoFiles() throws Exception {
        long before = openFiles();
        Process writers = new ProcessBuilder(
                        "sh",
                        "-c",
                        "i=0; while [ $i -lt 3000 ]; do : >> \"$1\"; i=$((i+1)); done",
                        "sh",
                        file.toString())
                .start();
        int probes = 0;
        while (writers.isAlive()) {
            probe.probe(file);
            probes++;
        }

        assertThat(writers.waitFor()).isZero();
        assertThat(probes).isPositive();
        assertThat(probe.probe(file)).isEqualTo(Answer.NONE);
        assertThat(openFiles()).isLessThan(before + 20);
    }

    private static long openFiles() throws Exception {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }
}
