package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.broker.rabbit.RabbitServer;
import org.heratio.offsite.broker.rabbit.SharedRabbit;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Messages that were given up, as an operator sees and treats them, over a real RabbitMQ. */
@ExtendWith(SharedRabbit.class)
@Timeout(HangLimit.TEST_SECONDS)
class RabbitDeadLettersIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private final RabbitServer server;
    private final String prefix = "d" + UUID.randomUUID().toString().substring(0, 8);
    private OffsiteHome home;

    RabbitDeadLettersIT(RabbitServer server) {
        this.server = server;
    }

    @BeforeEach
    void makeHome() throws IOException {
        home = new OffsiteHome(directory)
                .set("BACKUP_OFFSITE_AMQP_URI", server.uri())
                .set("BACKUP_OFFSITE_QUEUE_PREFIX", prefix);
    }

    @AfterEach
    void endAll() {
        home.close();
    }

    @Test
    void whatIsForgedIsGivenUpWithoutHarmAndCanBeLookedAtAndDiscarded() throws Exception {
        try (OffsiteProcess serve = home.start("serve");
                RabbitQueues queues = new RabbitQueues(server, prefix)) {
            await().atMost(OffsiteHome.SHORT).until(() -> serve.err().contains(": serving "));
            queues.publish("verify", "copy-due", 9, "aaaa-unknown", "{}");
            queues.publish("verify", "copy-due", 1, "bbbb-garbage", "\u0000not json");
            queues.publish("verify", "copy-due", 1, "cccc-large", new byte[20_000_000]);
            queues.publish(
                    "encrypt", "archive-settled", 1, "dddd-forged", "{\"versionId\":7,\"path\":\"/etc/shadow\"}");
            await().atMost(OffsiteHome.SHORT)
                    .until(() -> queues.depth("verify.dead") == 3 && queues.depth("encrypt.dead") == 1);
            new SampleArchives(home.backups(), 3).make("a.sql.gz", 20_000);
            await().atMost(OffsiteHome.SHORT).until(() -> serve.err().contains("Verified "));

            JsonNode all = json("dead-letters", "--json");
            assertThat(all.findValuesAsText("code"))
                    .containsExactlyInAnyOrder(
                            "MESSAGE_FORGED", "MESSAGE_UNKNOWN", "MESSAGE_MALFORMED", "MESSAGE_MALFORMED");
            assertThat(json("dead-letters", "list", "--stage", "encryptor", "--json")
                            .findValuesAsText("id"))
                    .containsExactly("dddd-forged");
            OffsiteProcess.Exit shown = home.run(OffsiteHome.SHORT, "dead-letters", "show", "aaaa");
            assertThat(shown.code()).as("%s", shown).isZero();
            assertThat(shown.out()).contains("MESSAGE_UNKNOWN", "upgrade this one", "verifier");

            assertThat(home.run(OffsiteHome.SHORT, "dead-letters", "discard").code())
                    .isEqualTo(ExitCode.USAGE);
            assertThat(home.run(OffsiteHome.SHORT, "dead-letters", "discard", "eeee")
                            .code())
                    .isEqualTo(ExitCode.FAILED);
            assertThat(home.run(OffsiteHome.SHORT, "dead-letters", "discard", "--reason", "message_malformed")
                            .code())
                    .isEqualTo(ExitCode.USAGE);
            JsonNode discarded = json("dead-letters", "discard", "--reason", "message_malformed", "--all", "--json");
            assertThat(discarded.get("count").asInt()).isEqualTo(2);
            assertThat(json("dead-letters", "replay", "aaaa", "--json")
                            .get("ids")
                            .get(0)
                            .asText())
                    .isEqualTo("aaaa-unknown");
            await().atMost(OffsiteHome.SHORT).until(() -> queues.depth("verify.dead") == 1);
            queues.route("payload.ready.rsync", "ffff-unrouted");
            JsonNode unrouted = json("dead-letters", "list", "--stage", "unrouted", "--json");
            assertThat(unrouted.findValuesAsText("code")).containsExactly("UNROUTED");
            assertThat(json("dead-letters", "replay", "ffff", "--json")
                            .get("count")
                            .asInt())
                    .isEqualTo(1);
            await().atMost(OffsiteHome.SHORT).until(() -> queues.depth("unrouted") == 1);
            OffsiteProcess.Exit rest = home.run(OffsiteHome.SHORT, "dead-letters", "discard", "--all");
            assertThat(rest.out()).contains("3 discarded");
            assertThat(queues.lost()).isEmpty();
        }
    }

    @Test
    void whatFailedIsShippedWhenItIsReplayedAfterTheCauseWasPutRight() throws Exception {
        Path cut = new SampleArchives(home.backups(), 3).make("a.sql.gz", 20_000);
        byte[] whole = Files.readAllBytes(cut);
        // the same size and time as the whole one will have, so that it is the same version
        byte[] broken = whole.clone();
        broken[broken.length - 1] ^= 1;
        FileTime time = Files.getLastModifiedTime(cut);
        Files.write(cut, broken);
        Files.setLastModifiedTime(cut, time);
        assertThat(home.run(OffsiteHome.LONG, "replicate").code()).isEqualTo(ExitCode.FAILED);

        JsonNode letters = json("dead-letters", "--json");
        assertThat(letters).hasSize(1);
        assertThat(Files.readString(documents("docs/json.md")))
                .contains(keys(letters.get(0)).stream()
                        .map(key -> "\"" + key + "\" : ")
                        .toList());
        assertThat(letters.get(0).get("code").asText()).isEqualTo("ARCHIVE_INCOMPLETE");
        assertThat(letters.get(0).get("attempts").asInt()).isEqualTo(1);
        assertThat(letters.get(0).get("last_failed_at").asText()).endsWith("Z");

        Files.write(cut, whole);
        Files.setLastModifiedTime(cut, time);
        OffsiteProcess.Exit replayed = home.run(OffsiteHome.SHORT, "dead-letters", "replay", "--all");
        assertThat(replayed.out()).as("%s", replayed).contains("1 replayed");
        assertThat(home.run(OffsiteHome.SHORT, "dead-letters", "replay", "--all")
                        .out())
                .contains("0 replayed");
        try (StageProcesses stages =
                new StageProcesses(home).start(List.of("encryptor", "uploader:localfs", "verifier"))) {
            await().atMost(OffsiteHome.SHORT)
                    .until(() -> stages.get("verifier").err().contains("Verified "));
            stages.stop();
        }
        home.proof().everythingIsOffsite();
        assertThat(json("dead-letters", "--json")).isEmpty();
    }

    @Test
    void withoutRabbitTheCommandSaysWhereToLook() throws Exception {
        home.set("BACKUP_OFFSITE_AMQP_URI", "");
        OffsiteProcess.Exit exit = home.run(OffsiteHome.SHORT, "dead-letters");
        assertThat(exit.code()).as("%s", exit).isEqualTo(ExitCode.USAGE);
        assertThat(exit.err()).contains("offsite history --status failed");
    }

    @Test
    void aLedgerThatIsNotThePipelinesIsToldSoAtOnce() throws Exception {
        assertThat(home.run(OffsiteHome.SHORT, "dead-letters").code()).isZero();
        home.set("BACKUP_OFFSITE_STATE_DIR", directory.resolve("other").toString());
        OffsiteProcess.Exit exit = home.run(OffsiteHome.SHORT, "replicate");
        assertThat(exit.code()).as("%s", exit).isEqualTo(ExitCode.USAGE);
        assertThat(exit.err())
                .contains("BROKER_FOREIGN", "BACKUP_OFFSITE_LEDGER_URL", "STATE_DIR", "BACKUP_OFFSITE_QUEUE_PREFIX");
    }

    @Test
    void lettersOfADestinationThatIsNotConfiguredAnyMoreAreListed() throws Exception {
        home.set("BACKUP_OFFSITE_DRIVER", "localfs,rsync")
                .set("BACKUP_OFFSITE_RSYNC_HOST", "nowhere.invalid")
                .set("BACKUP_OFFSITE_RSYNC_PATH", "/backups");
        assertThat(json("dead-letters", "--json")).isEmpty();
        home.set("BACKUP_OFFSITE_DRIVER", "localfs");
        try (RabbitQueues queues = new RabbitQueues(server, prefix)) {
            queues.publish("upload.rsync.dead", "payload-ready", 1, "gggg-former", "{}");
            await().atMost(OffsiteHome.SHORT).until(() -> queues.depth("upload.rsync.dead") == 1);
        }
        JsonNode letters = json("dead-letters", "list", "--stage", "uploader:rsync", "--json");
        assertThat(letters.findValuesAsText("code")).containsExactly("UNEXPLAINED");
        OffsiteProcess.Exit unknown = home.run(OffsiteHome.SHORT, "dead-letters", "discard", "--stage", "uploder");
        assertThat(unknown.code()).as("%s", unknown).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void aCertificateThatCannotBeReadIsAMatterOfTheConfiguration() throws Exception {
        home.set("BACKUP_OFFSITE_AMQP_URI", "amqps://localhost:" + server.tlsPort())
                .set(
                        "BACKUP_OFFSITE_AMQP_CA_FILE",
                        directory.resolve("missing.pem").toString());
        OffsiteProcess.Exit exit = home.run(OffsiteHome.SHORT, "serve");
        assertThat(exit.code()).as("%s", exit).isEqualTo(ExitCode.USAGE);
        assertThat(exit.err()).contains("missing.pem", "BACKUP_OFFSITE_AMQP_CA_FILE");
    }

    @Test
    void aQueueWithOtherArgumentsIsNamedWithTheWayOut() throws Exception {
        try (RabbitQueues queues = new RabbitQueues(server, prefix)) {
            queues.declareClassic("verify");
        }
        OffsiteProcess.Exit exit = home.run(OffsiteHome.SHORT, "serve");
        assertThat(exit.code()).as("%s", exit).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(exit.err()).contains("BROKER_REFUSED", prefix + ".verify", "HINT: ", "delete_queue");
    }

    private JsonNode json(String... arguments) throws Exception {
        OffsiteProcess.Exit exit = home.run(OffsiteHome.SHORT, arguments);
        assertThat(exit.code()).as("%s", exit).isZero();
        return JSON.readTree(exit.out());
    }

    private static List<String> keys(JsonNode node) {
        return node.properties().stream().map(Map.Entry::getKey).toList();
    }

    private static Path documents(String name) {
        return Files.exists(Path.of(name)) ? Path.of(name) : Path.of("..", name);
    }
}
