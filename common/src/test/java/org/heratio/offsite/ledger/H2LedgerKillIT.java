package org.heratio.offsite.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.archive.ArchiveFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes on one H2 file that are killed: nothing that was acknowledged is lost, and those that live go on. */
@Timeout(120)
class H2LedgerKillIT {
    private static final List<String> LOCALFS = List.of("localfs");

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final List<Process> children = new ArrayList<>();

    @AfterEach
    void endAll() throws Exception {
        for (Process child : children) {
            child.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void whatWasAcknowledgedSurvivesAKill() throws Exception {
        List<String> acknowledged = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            Child child = start("write", "r" + round + "-");
            acknowledged.addAll(child.readUntil(100 + 37 * round));
            child.kill();
            acknowledged.addAll(child.readUntil(Integer.MAX_VALUE));
        }
        try (Ledger ledger = LedgerFixture.h2(vertx, directory)) {
            Map<String, KnownArchive> known = ledger.known();
            assertThat(acknowledged).hasSizeGreaterThan(300);
            assertThat(known.keySet())
                    .containsAll(acknowledged.stream()
                            .map(name -> "/backups/" + name)
                            .toList());
            assertThat(known.values())
                    .allSatisfy(archive -> assertThat(archive.copies()).containsKey("localfs"));
        }
    }

    @Test
    void goesOnWhenTheProcessThatOwnsTheFileIsKilled() throws Exception {
        Child owner = start("write", "owner-");
        owner.readUntil(5);
        try (Ledger ledger = LedgerFixture.h2(vertx, directory)) {
            settle(ledger, "mine-1");
            owner.kill();
            // the connection is dead, and the lock file of the dead one lies there still
            settle(ledger, "mine-2");
            // now we own the file, and serve another
            Child second = start("write", "second-");
            List<String> others = second.readUntil(5);
            settle(ledger, "mine-3");
            second.kill();
            assertThat(ledger.known()).containsKeys("/backups/mine-1", "/backups/mine-2", "/backups/mine-3");
            assertThat(ledger.known())
                    .containsKeys(
                            others.stream().map(name -> "/backups/" + name).toArray(String[]::new));
        }
    }

    @Test
    void aLeaseOfAKilledProcessIsTakenOverAtOnce() throws Exception {
        try (Ledger ledger = LedgerFixture.h2(vertx, directory)) {
            Child child = start("hold");
            child.await("held");
            assertThat(ledger.lease("copy:1")).isEmpty();
            child.kill();
            assertThat(ledger.lease("copy:1")).isPresent();
        }
    }

    @Test
    void goesOnWhileTheJavaMachineShutsDown() throws Exception {
        Child child = start("drain");
        child.readUntil(1);
        child.terminate();
        List<String> drained = child.readUntil(Integer.MAX_VALUE);
        assertThat(child.last()).isEqualTo("closed");
        assertThat(drained).isNotEmpty();
        try (Ledger ledger = LedgerFixture.h2(vertx, directory)) {
            assertThat(ledger.known())
                    .containsKeys(
                            drained.stream().map(name -> "/backups/" + name).toArray(String[]::new));
        }
    }

    private static void settle(Ledger ledger, String name) throws LedgerException {
        ledger.settle(new ArchiveFile("/backups/" + name, name, 1, 1), 1, LOCALFS, false);
    }

    private Child start(String what, String... more) throws IOException {
        Process process = LedgerChild.start(what, directory, more);
        children.add(process);
        return new Child(process, process.inputReader(StandardCharsets.UTF_8));
    }

    private static final class Child {
        private final Process process;
        private final BufferedReader output;
        private final List<String> seen = new ArrayList<>();

        Child(Process process, BufferedReader output) {
            this.process = process;
            this.output = output;
        }

        /** By its handle: the process itself would throw away the output that was not read yet. */
        void kill() throws InterruptedException {
            process.toHandle().destroyForcibly();
            process.waitFor();
        }

        void terminate() {
            process.toHandle().destroy();
        }

        String last() {
            return seen.isEmpty() ? "" : seen.get(seen.size() - 1);
        }

        /** Reads until so many names were acknowledged, or to the end. */
        List<String> readUntil(int count) throws IOException {
            List<String> names = new ArrayList<>();
            while (names.size() < count) {
                String line = output.readLine();
                if (line == null) {
                    if (count != Integer.MAX_VALUE) {
                        throw new IllegalStateException("it ended early: " + seen);
                    }
                    return names;
                }
                seen.add(line);
                if (line.startsWith("settled ")) {
                    names.add(line.substring("settled ".length()));
                }
            }
            return names;
        }

        void await(String expected) throws IOException {
            while (!last().equals(expected)) {
                String line = output.readLine();
                if (line == null) {
                    throw new IllegalStateException("it ended early: " + seen);
                }
                seen.add(line);
            }
        }
    }
}
