package org.heratio.offsite.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.app.run.Heartbeats.Beat;
import org.heratio.offsite.process.ProcessIdentity;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeartbeatsTest {
    @TempDir
    Path state;

    private final Vertx vertx = Vertx.vertx();
    private final ProcessIdentity self = ProcessIdentity.ofThisProcess();

    @AfterEach
    void closeVertx() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }

    private Heartbeats heartbeats() {
        return new Heartbeats(state, self);
    }

    private Path left(ProcessIdentity process, Instant at) throws Exception {
        Path file = heartbeats().file(process);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        return Files.setLastModifiedTime(Files.createFile(file), FileTime.from(at));
    }

    private ProcessIdentity dead() {
        return new ProcessIdentity(self.host(), self.pid(), self.started() + 1, "x");
    }

    @Test
    void aServiceLivesUntilItEnds() throws Exception {
        assertThat(heartbeats().look(Instant.now())).isEmpty();
        HealthFile beat = Objects.requireNonNull(heartbeats().start(vertx, () -> true));

        assertThat(heartbeats().look(Instant.now()))
                .singleElement()
                .satisfies(found -> assertThat(found)
                        .extracting(Beat::pid, Beat::alive, Beat::hangs)
                        .containsExactly(self.pid(), true, false));
        beat.close();
        assertThat(heartbeats().look(Instant.now())).isEmpty();
    }

    @Test
    void aProcessThatRunsWithoutASignHangs() throws Exception {
        left(self, Instant.now().minus(Heartbeats.FRESH));

        assertThat(heartbeats().look(Instant.now())).singleElement().matches(Beat::hangs);
    }

    @Test
    void whatAKilledServiceLeftHangsNotAndIsCleared() throws Exception {
        Path left = left(dead(), Instant.now().minus(Heartbeats.FRESH));
        assertThat(heartbeats().look(Instant.now())).singleElement().matches(beat -> !beat.hangs() && !beat.runs());

        HealthFile beat = Objects.requireNonNull(heartbeats().start(vertx, () -> true));

        assertThat(left).doesNotExist();
        await().atMost(HangLimit.STEP)
                .until(() -> heartbeats().look(Instant.now()).size() == 1);
        beat.close();
    }

    @Test
    void theServicesOfOtherHostsAreNotOurs() throws Exception {
        Path other = left(new ProcessIdentity("0".repeat(32), self.pid(), self.started(), "x"), Instant.now());

        assertThat(heartbeats().look(Instant.now())).isEmpty();
        Objects.requireNonNull(heartbeats().start(vertx, () -> true)).close();
        assertThat(other).exists();
    }
}
