package org.heratio.offsite.destination.localfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFilesTest {
    private static final int RACERS = 4;
    private static final int RACES = 100;

    @TempDir
    Path root;

    @Test
    void aNameThatWasTakenBeforeAPowerCutIsFreeAfterAWhile() throws Exception {
        LocalFiles files = withoutLinks();
        Path name = Files.createDirectory(root.resolve("tags")).resolve("a");
        Files.createFile(name);
        assertThat(files.create("tags/.new", "tags/a", "ours")).isFalse();

        Files.setLastModifiedTime(name, FileTime.from(Instant.now().minus(Duration.ofHours(1))));

        assertThat(files.create("tags/.new", "tags/a", "ours")).isTrue();
        assertThat(name).hasContent("ours");
    }

    private LocalFiles withoutLinks() {
        return new LocalFiles(root, (name, file) -> {
            throw new FileSystemException(name.toString(), null, "Operation not permitted");
        });
    }

    @Test
    void oneOfThoseWhoCreateAFileAtOnceGetsItsNameAlsoWithoutHardLinks() throws Exception {
        LocalFiles files = withoutLinks();
        ExecutorService threads = Executors.newFixedThreadPool(RACERS);
        try {
            for (int race = 0; race < RACES; race++) {
                String name = "tags/" + race;
                CyclicBarrier start = new CyclicBarrier(RACERS);
                List<Future<Boolean>> tries = new ArrayList<>();
                for (int racer = 0; racer < RACERS; racer++) {
                    String content = "of " + racer;
                    tries.add(threads.submit(() -> {
                        start.await(HangLimit.SECONDS, TimeUnit.SECONDS);
                        return files.create("tags/." + content, name, content);
                    }));
                }
                List<Integer> winners = new ArrayList<>();
                for (int racer = 0; racer < RACERS; racer++) {
                    if (tries.get(racer).get(HangLimit.SECONDS, TimeUnit.SECONDS)) {
                        winners.add(racer);
                    }
                }
                assertThat(winners).as(name).hasSize(1);
                assertThat(root.resolve(name)).hasContent("of " + winners.get(0));
            }
        } finally {
            threads.shutdownNow();
        }
        try (var left = Files.list(root.resolve("tags"))) {
            assertThat(left).hasSize(RACES);
        }
    }
}
