package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.heratio.offsite.destination.FaultProxy;
import org.heratio.offsite.destination.s3.S3Server;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A destination that is down delays itself alone; and one that was configured to another place is not passed over in silence. */
class DeadDestinationIT {
    private static final Duration PATIENCE = HangLimit.STEP;

    @TempDir
    Path directory;

    @Test
    void s3IsVerifiedAtOnceAndRsyncCatchesUpByItself() throws Exception {
        try (OffsiteHome home = new OffsiteHome(Files.createDirectory(directory.resolve("home")));
                FarServers servers = new FarServers(directory.resolve("far"));
                FaultProxy proxy = new FaultProxy(servers.ssh().port())) {
            servers.shipTo(home, servers.s3().port(), proxy.port());
            new SampleArchives(home.backups(), 3).make("database_1.sql.gz", 300_000);
            new SampleArchives(home.backups(), 4).make("uploads_1.tar.gz", 3 << 20);
            proxy.cutAfterSending(0);

            OffsiteProcess serve = home.start("serve");
            await().atMost(PATIENCE).until(() -> verified(home, "s3") == 2);
            await().atMost(PATIENCE).until(() -> serve.err().contains("DESTINATION_UNREACHABLE"));
            assertThat(home.history())
                    .as("nothing failed")
                    .noneMatch(row -> row.status().equals("failed"));
            assertThat(verified(home, "rsync")).isZero();
            OffsiteProcess.Exit status = home.run(OffsiteHome.SHORT, "status");
            assertThat(status.code()).as("%s", status).isZero();
            assertThat(status.out())
                    .contains("safe              0 of 2 archives")
                    .contains("2 pending");

            proxy.heal();
            await().atMost(PATIENCE).until(() -> verified(home, "rsync") == 2);
            serve.terminate();
            assertThat(serve.await(OffsiteHome.SHORT).code()).isZero();
            assertThat(home.run(OffsiteHome.SHORT, "status").out()).contains("safe              2 of 2 archives");
        }
    }

    @Test
    void saysThatCopiesLieElsewhereThanIsConfigured() throws Exception {
        try (OffsiteHome home = new OffsiteHome(Files.createDirectory(directory.resolve("home")));
                S3Server s3 = S3Server.start()) {
            home.set("BACKUP_OFFSITE_DRIVER", "s3,localfs")
                    .set("BACKUP_OFFSITE_S3_BUCKET", S3Server.BUCKET)
                    .set("BACKUP_OFFSITE_S3_ENDPOINT", "http://127.0.0.1:" + s3.port())
                    .set("BACKUP_OFFSITE_S3_PATH_STYLE", "true")
                    // without BACKUP_OFFSITE_S3_KEY the SDK's default chain is asked
                    .set("AWS_ACCESS_KEY_ID", S3Server.CREDENTIALS.keyId())
                    .set("AWS_SECRET_ACCESS_KEY", S3Server.CREDENTIALS.secret());
            new SampleArchives(home.backups(), 3).make("database_1.sql.gz", 300_000);
            assertThat(home.replicate().err()).doesNotContain("configured");

            home.set("BACKUP_OFFSITE_LOCALFS_PATH", directory.resolve("another").toString())
                    .set("BACKUP_OFFSITE_S3_ENDPOINT", "http://localhost:" + s3.port());
            OffsiteProcess.Exit moved = home.replicate();
            assertThat(moved.err())
                    .contains("warning: localfs: 1 of 1 copies lie outside the place that is configured now")
                    .contains("warning: s3: 1 copies were shipped to the bucket backups at http://127.0.0.1:");

            OffsiteProcess.Exit again = home.run(OffsiteHome.LONG, "replicate", "--force");
            assertThat(again.code()).as("%s", again).isZero();
            assertThat(directory.resolve("another/database_1.sql.gz.gpg")).exists();
            assertThat(home.replicate().err()).doesNotContain("configured");
        }
    }

    private static long verified(OffsiteHome home, String driver) throws Exception {
        List<LedgerRow> rows = home.history();
        return rows.stream()
                .filter(row -> row.driver().equals(driver) && row.status().equals("verified"))
                .count();
    }
}
