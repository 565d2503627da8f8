package org.heratio.offsite.destination.rsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagingAreaTest {
    @TempDir
    private Path work;

    @Test
    void removesWhatTheDeadLeftAndNothingOfTheLiving() throws Exception {
        Path dead = leftBy("1-0-dead");
        Path living = leftBy("1-0-living");
        try (FileChannel channel = FileChannel.open(work.resolve("1-0-living.lock"), StandardOpenOption.WRITE);
                FileLock lock = channel.lock();
                StagingArea ours = new StagingArea(work);
                StagingArea others = new StagingArea(work)) {
            assertThat(lock.isValid()).isTrue();
            StagingDirectory stage = ours.make();
            StagingDirectory other = others.make();
            assertThat(stage.directory()).isDirectory();
            assertThat(other.directory()).isDirectory();
            assertThat(dead).doesNotExist();
            assertThat(work.resolve("1-0-dead.lock")).doesNotExist();
            assertThat(living).exists();
        }
        try (var left = Files.list(work)) {
            assertThat(left.map(Path::getFileName)).hasSize(2);
        }
    }

    private Path leftBy(String process) throws Exception {
        Files.createFile(work.resolve(process + ".lock"));
        return Files.writeString(
                Files.createDirectories(work.resolve(process + "/stage-1")).resolve("copy.gz"), "x");
    }
}
