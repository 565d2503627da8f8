package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.Requires;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks with bad blocks below the archives, the spool and the ledger: strace has the kernel answer with EIO. */
class BadDiskIT {
    @TempDir
    Path directory;

    @BeforeEach
    void needsStrace() throws Exception {
        Requires.program("strace", "strace");
        Process probe = new ProcessBuilder(bad("read", directory, "true"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Requires.that(
                probe.waitFor(HangLimit.SECONDS, TimeUnit.SECONDS) && probe.exitValue() == 0,
                "needs strace, and the right to trace");
    }

    /** A command before which every call on a file fails. */
    private static String[] bad(String calls, Path file, String... command) {
        return Stream.concat(
                        Stream.of(
                                "strace",
                                "-f",
                                "-qq",
                                "-o",
                                "/dev/null",
                                "-P",
                                file.toString(),
                                "-e",
                                "trace=" + calls,
                                "-e",
                                "inject=" + calls + ":error=EIO"),
                        Stream.of(command))
                .toArray(String[]::new);
    }

    @Test
    void anArchiveOnABadBlockWaitsUnderItsOwnCodeAndIsShippedOnceItCanBeRead() throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory)) {
            Path archive = new SampleArchives(home.backups(), 6).make("a.sql.gz", 100_000);
            home.wrappedBy(bad("read,pread64", archive));

            OffsiteProcess.Exit exit = home.run(OffsiteHome.LONG, "replicate", "--retry-for", OffsiteHome.PASSING);

            assertThat(exit.code()).as("%s", exit).isEqualTo(1);
            assertThat(exit.out() + exit.err()).contains("ARCHIVE_IO").contains("look at the disk or mount");
            home.wrappedBy();
            home.replicate();
            home.proof().everythingIsOffsite();
        }
    }

    @Test
    void aLedgerThatItsDiskDoesNotTakeIsNotCalledFull() throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory).onEmbeddedLedger()) {
            SampleArchives archives = new SampleArchives(home.backups(), 6);
            archives.make("a.sql.gz", 100_000);
            home.replicate();
            archives.make("b.sql.gz", 100_000);
            home.wrappedBy(bad("pwrite64", home.state().resolve("ledger/offsite.mv.db")));

            OffsiteProcess.Exit exit = home.run(OffsiteHome.LONG, "replicate", "--retry-for", OffsiteHome.PASSING);

            assertThat(exit.code()).as("%s", exit).isEqualTo(3);
            assertThat(exit.err()).contains("the disk of the embedded ledger").doesNotContain("make room");
            home.wrappedBy();
            home.replicate();
            home.proof().everythingIsOffsite();
        }
    }

    /** Three attempts take half a minute. */
    @Tag("slow")
    @Test
    void aPayloadOnABadBlockIsSealedAgain() throws Exception {
        try (OffsiteHome home = new OffsiteHome(directory)) {
            SampleArchives archives = new SampleArchives(home.backups(), 6);
            archives.make("before.sql.gz", 100_000);
            home.replicate();
            // as a disk that is not mounted
            Path aside = Files.move(home.destination(), directory.resolve("aside"));
            Files.createDirectory(home.destination());
            archives.make("a.sql.gz", 100_000);
            OffsiteProcess.Exit unmounted = home.run(OffsiteHome.LONG, "replicate", "--retry-for", OffsiteHome.PASSING);
            assertThat(unmounted.code()).as("%s", unmounted).isEqualTo(1);
            Files.delete(home.destination());
            Files.move(aside, home.destination());
            List<String> payloads = Proof.files(home.spool());
            assertThat(payloads).hasSize(1);
            home.wrappedBy(bad("read,pread64", home.spool().resolve(payloads.get(0))));

            OffsiteProcess.Exit exit = home.run(OffsiteHome.LONG, "replicate", "--retry-for", "5m");

            assertThat(exit.code()).as("%s", exit).isZero();
            assertThat(exit.err()).contains("cannot be read: Input/output error", "is thrown away, and archive=");
            home.proof().everythingIsOffsite();
        }
    }
}
