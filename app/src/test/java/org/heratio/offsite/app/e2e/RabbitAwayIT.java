package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.broker.rabbit.CuttingProxy;
import org.heratio.offsite.broker.rabbit.RabbitServer;
import org.heratio.offsite.broker.rabbit.SharedRabbit;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.ServerProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the commands say and do when RabbitMQ is not there, or refuses. */
@ExtendWith(SharedRabbit.class)
@Timeout(HangLimit.TEST_SECONDS)
class RabbitAwayIT {
    @TempDir
    Path directory;

    private final RabbitServer server;
    private final String prefix = "e" + UUID.randomUUID().toString().substring(0, 8);
    private OffsiteHome home;
    private SampleArchives archives;

    RabbitAwayIT(RabbitServer server) {
        this.server = server;
    }

    @BeforeEach
    void makeHome() throws IOException {
        home = new OffsiteHome(directory).set("BACKUP_OFFSITE_QUEUE_PREFIX", prefix);
        archives = new SampleArchives(home.backups(), 8);
    }

    @AfterEach
    void endAll() {
        home.close();
    }

    @Test
    void serveWaitsForAServerThatComesLaterAndSaysSoOnce() throws Exception {
        int port = ServerProcess.freePort();
        archives.make("a.sql.gz", 30_000);
        home.set("BACKUP_OFFSITE_AMQP_URI", "amqp://guest:guest@127.0.0.1:" + port);
        OffsiteProcess serve = home.start("serve");
        await().atMost(OffsiteHome.SHORT).until(() -> serve.err().contains("waiting for RabbitMQ at"));
        await().during(Duration.ofSeconds(3)).until(serve::running);
        assertThat(serve.err().lines().filter(line -> line.contains("WARN"))).hasSize(1);
        assertThat(serve.err()).contains("127.0.0.1:" + port).doesNotContain("\tat ", "guest");
        try (CuttingProxy proxy = new CuttingProxy(port, server.port())) {
            await().atMost(OffsiteHome.SHORT).until(() -> serve.err().contains("Verified "));
            assertThat(proxy.connections()).isPositive();
            serve.terminate();
            assertThat(serve.await(OffsiteHome.SHORT).code()).isZero();
        }
    }

    @Test
    void serveThatWaitsCanBeStopped() throws Exception {
        home.set("BACKUP_OFFSITE_AMQP_URI", "amqp://127.0.0.1:" + ServerProcess.freePort());
        OffsiteProcess serve = home.start("serve");
        await().atMost(OffsiteHome.SHORT).until(() -> serve.err().contains("waiting for RabbitMQ at"));
        serve.terminate();
        assertThat(serve.await(OffsiteHome.SHORT).code()).isZero();
    }

    @Test
    void whatReadsTheLedgerAloneNeedsNoServerAndTheRestSaysThatItIsAway() throws Exception {
        home.set("BACKUP_OFFSITE_AMQP_URI", "amqp://127.0.0.1:" + ServerProcess.freePort());
        OffsiteProcess.Exit status = home.run(OffsiteHome.SHORT, "status");
        assertThat(status.code()).as("%s", status).isEqualTo(ExitCode.FAILED);
        assertThat(status.out()).contains("LEDGER_UNUSED");
        assertThat(home.run(OffsiteHome.SHORT, "history").code()).isZero();
        OffsiteProcess.Exit versions = home.run(OffsiteHome.SHORT, "versions", "a.sql.gz");
        assertThat(versions.code()).as("%s", versions).isEqualTo(ExitCode.FAILED);
        assertThat(versions.out()).contains("no shipped archive");
        assertThat(home.history()).isEmpty();
        OffsiteProcess.Exit exit = home.run(OffsiteHome.SHORT, "replicate");
        assertThat(exit.code()).as("%s", exit).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(exit.err()).contains("BROKER_UNAVAILABLE", "HINT: ").doesNotContain("\tat ");
    }

    @Test
    void aWrongPasswordEndsEvenAServiceAndIsNotPrinted() throws Exception {
        home.set("BACKUP_OFFSITE_AMQP_URI", "amqp://guest:hunter2@127.0.0.1:" + server.port());
        OffsiteProcess.Exit exit = home.run(OffsiteHome.SHORT, "serve");
        assertThat(exit.code()).as("%s", exit).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(exit.err())
                .contains("BROKER_REFUSED", "does not accept the user and password")
                .doesNotContain("hunter2", "\tat ");
    }

    @Test
    void doctorSaysWhatIsWrongThereAndLooksAtTheRestAllTheSame() throws Exception {
        try (RabbitQueues queues = new RabbitQueues(server, prefix)) {
            queues.declareClassic("verify");
        }
        home.set("BACKUP_OFFSITE_AMQP_URI", server.uri());
        OffsiteProcess.Exit other = home.run(OffsiteHome.SHORT, "doctor");
        assertThat(other.code()).as("%s", other).isEqualTo(ExitCode.FAILED);
        assertThat(other.out())
                .contains("accepts user guest on virtual host /", "FAIL  RabbitMQ, queue " + prefix + ".verify: ")
                .contains("HINT: it exists with other arguments", "rabbitmqctl delete_queue " + prefix + ".verify")
                .contains("destination localfs takes copies");

        int nobody = ServerProcess.freePort();
        home.set("BACKUP_OFFSITE_AMQP_URI", "amqp://guest:hunter2@127.0.0.1:" + nobody);
        OffsiteProcess.Exit away = home.run(OffsiteHome.SHORT, "doctor");
        assertThat(away.code()).as("%s", away).isEqualTo(ExitCode.FAILED);
        assertThat(away.out() + away.err())
                .contains(
                        "FAIL  RabbitMQ, connecting to 127.0.0.1:" + nobody, "HINT: look whether the server runs there")
                .contains("destination localfs takes copies")
                .doesNotContain("hunter2", "\tat ");
    }
}
