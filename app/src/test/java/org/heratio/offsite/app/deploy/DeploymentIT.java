package org.heratio.offsite.app.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.heratio.offsite.app.e2e.OffsiteHome;
import org.heratio.offsite.app.e2e.OffsiteProcess;
import org.heratio.offsite.app.e2e.SampleArchives;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.broker.rabbit.RabbitServer;
import org.heratio.offsite.broker.rabbit.SharedRabbit;
import org.heratio.offsite.destination.s3.S3Server;
import org.heratio.offsite.testing.FreePort;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docker-compose.yml as processes of this machine, with RabbitMQ and an S3 store. */
@ExtendWith(SharedRabbit.class)
@Timeout(HangLimit.TEST_SECONDS)
class DeploymentIT {
    @TempDir
    Path directory;

    private final RabbitServer server;

    DeploymentIT(RabbitServer server) {
        this.server = server;
    }

    @Test
    void theCommandsOfComposeShipAndVerify() throws Exception {
        try (S3Server store = S3Server.start();
                OffsiteHome home = new OffsiteHome(directory)) {
            home.set("BACKUP_OFFSITE_AMQP_URI", server.uri())
                    .set(
                            "BACKUP_OFFSITE_QUEUE_PREFIX",
                            "c" + UUID.randomUUID().toString().substring(0, 8))
                    .set("BACKUP_OFFSITE_DASHBOARD", "true")
                    .set("BACKUP_OFFSITE_DASHBOARD_PORT", Integer.toString(FreePort.take()))
                    .set("BACKUP_OFFSITE_DRIVER", "s3")
                    .set("BACKUP_OFFSITE_S3_ENDPOINT", "http://127.0.0.1:" + store.port())
                    .set("BACKUP_OFFSITE_S3_BUCKET", S3Server.BUCKET)
                    .set("BACKUP_OFFSITE_S3_PATH_STYLE", "true")
                    .set("BACKUP_OFFSITE_S3_KEY", S3Server.CREDENTIALS.keyId())
                    .set("BACKUP_OFFSITE_S3_SECRET", S3Server.CREDENTIALS.secret());
            List<OffsiteProcess> processes = new ArrayList<>();
            for (List<String> command : Deployment.composeCommands()) {
                processes.add(home.start(command.toArray(String[]::new)));
            }
            for (OffsiteProcess process : processes) {
                await().atMost(OffsiteHome.SHORT)
                        .until(() -> process.err().contains(": serving ") || !process.running());
                assertThat(process.running()).as(process.err()).isTrue();
            }
            assertThat(healthy(home)).isTrue();
            new SampleArchives(home.backups(), 4).make("a.sql.gz", 100_000);
            OffsiteProcess.Exit replicated = home.run(OffsiteHome.LONG, "replicate");
            assertThat(replicated.code()).as("%s", replicated).isZero();
            assertThat(home.history()).singleElement().satisfies(row -> {
                assertThat(row.status()).isEqualTo("verified");
                assertThat(row.driver()).isEqualTo("s3");
            });
            processes.forEach(OffsiteProcess::terminate);
            for (OffsiteProcess process : processes) {
                assertThat(process.await(OffsiteHome.SHORT).code()).isZero();
            }
            assertThat(healthy(home)).isFalse();
        }
    }

    private static boolean healthy(OffsiteHome home) throws Exception {
        return home.run(OffsiteHome.SHORT, "health").code() == ExitCode.OK;
    }
}
