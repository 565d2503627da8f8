package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import org.heratio.offsite.broker.rabbit.RabbitServer;
import org.heratio.offsite.broker.rabbit.SharedRabbit;
import org.heratio.offsite.destination.FaultProxy;
import org.heratio.offsite.destination.rsync.SshServer;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A destination that takes copies, and hangs when they are read back: it delays its own copies, and no others. */
@Timeout(HangLimit.TEST_SECONDS)
class SlowDestinationIT {
    private static final int SIZE = 300_000;

    @TempDir
    Path directory;

    @Test
    void holdsUpNoOtherInAProcessOfItsOwn() throws Exception {
        try (OffsiteHome home = new OffsiteHome(Files.createDirectory(directory.resolve("home")))) {
            holdsUpNoOther(home);
        }
    }

    @Test
    @ExtendWith(SharedRabbit.class)
    void holdsUpNoOtherOverRabbit(RabbitServer rabbit) throws Exception {
        try (OffsiteHome home = new OffsiteHome(Files.createDirectory(directory.resolve("home")))
                .set("BACKUP_OFFSITE_AMQP_URI", rabbit.uri())
                .set("BACKUP_OFFSITE_QUEUE_PREFIX", "slow")) {
            holdsUpNoOther(home);
        }
    }

    private void holdsUpNoOther(OffsiteHome home) throws Exception {
        try (SshServer ssh = SshServer.start();
                FaultProxy proxy = new FaultProxy(ssh.port())) {
            FarServers.shipToSftp(home, ssh, proxy.port(), Files.createDirectory(directory.resolve("sftp")))
                    .set("BACKUP_OFFSITE_DRIVER", "sftp,localfs")
                    .set("BACKUP_OFFSITE_SFTP_TIMEOUT", "20m")
                    .set("BACKUP_OFFSITE_CONCURRENCY", "verifier=1");
            SampleArchives archives = new SampleArchives(home.backups(), 3);
            archives.make("old_1.sql.gz", SIZE);
            archives.make("old_2.sql.gz", SIZE);
            OffsiteProcess serve = home.start("serve");
            await().atMost(OffsiteHome.SHORT)
                    .until(() -> verified(home, "sftp") == 2 && verified(home, "localfs") == 2);

            proxy.stallAfterReceiving(SIZE / 2);
            archives.make("new_1.sql.gz", SIZE);
            assertThat(proxy.awaitStall(OffsiteHome.SHORT)).as(serve.err()).isTrue();
            archives.make("new_2.sql.gz", SIZE);
            await().atMost(OffsiteHome.SHORT).until(() -> verified(home, "localfs") == 4);
            assertThat(verified(home, "sftp")).isEqualTo(2);

            OffsiteProcess swept = home.start("verify-integrity", "--all", "--retry-for", OffsiteHome.PASSING);
            await().atMost(OffsiteHome.SHORT).until(() -> swept.out().contains("4 done, 0 failed, 3 open"));
            proxy.heal();
            assertThat(swept.await(OffsiteHome.SHORT).code()).isNotZero();
            serve.terminate();
            assertThat(serve.await(OffsiteHome.SHORT).code()).isZero();
        }
    }

    private static long verified(OffsiteHome home, String driver) throws Exception {
        return home.history().stream()
                .filter(row -> row.driver().equals(driver) && row.status().equals("verified"))
                .count();
    }
}
