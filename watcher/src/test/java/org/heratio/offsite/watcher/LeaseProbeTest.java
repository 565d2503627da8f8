package org.heratio.offsite.watcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.heratio.offsite.files.WriteLease;
import org.heratio.offsite.testing.Requires;
import org.heratio.offsite.watcher.WriteProbe.Answer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the real kernel. */
class LeaseProbeTest {
    private final WriteProbe probe = LeaseProbe.create();

    @TempDir
    private Path temp;

    private Path file;

    @BeforeEach
    void makeAFile() throws Exception {
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
        assertThat(probe.probe(Path.of("/proc/self/status"))).isEqualTo(Answer.UNKNOWN);
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
