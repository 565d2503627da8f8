package org.heratio.offsite.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.heratio.offsite.broker.Futures;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.testing.KnownDrivers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningPipelineTest {
    @TempDir
    Path directory;

    @Test
    void aVerifierOfOtherDestinationsIsMissing() throws Exception {
        Path root = directory.toRealPath();
        try (Node node = Node.open(
                KnownDrivers.settings(
                                Map.of(
                                        "HERATIO_BACKUPS_PATH",
                                        Files.createDirectory(root.resolve("backups"))
                                                .toString(),
                                        "BACKUP_OFFSITE_STATE_DIR",
                                        root.resolve("state").toString(),
                                        "BACKUP_OFFSITE_LOCALFS_PATH",
                                        root.resolve("offsite").toString()),
                                root)
                        .load(null),
                Clock.systemUTC())) {
            String prefix = node.settings().broker().queuePrefix();
            RunningPipeline pipeline = new RunningPipeline(node, StageSelection.parse("verifier", node.drivers()));
            assertThat(pipeline.runs()).isFalse();
            var all = Futures.await(node.broker().consume(Topology.verify(prefix), 1, delivery -> {}), "consuming");
            assertThat(all).isNotNull();

            assertThat(pipeline.runs()).isTrue();
            assertThat(pipeline.missing()).containsExactly("verifier:localfs");
        }
    }
}
