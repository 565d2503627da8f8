package org.heratio.offsite.app.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.heratio.offsite.app.e2e.LedgerRow;
import org.heratio.offsite.app.e2e.OffsiteHome;
import org.heratio.offsite.app.e2e.OffsiteProcess;
import org.heratio.offsite.app.e2e.RabbitQueues;
import org.heratio.offsite.app.e2e.SampleArchives;
import org.heratio.offsite.broker.rabbit.RabbitServer;
import org.heratio.offsite.broker.rabbit.SharedRabbit;
import org.heratio.offsite.destination.s3.S3Server;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Each action of the page, against a pipeline on a real RabbitMQ and a real S3 server: what is seen, and what has then changed. */
@ExtendWith(SharedRabbit.class)
@Timeout(HangLimit.TEST_SECONDS)
class PageActionsIT {
    private static final String PREFIX = "p" + UUID.randomUUID().toString().substring(0, 8);
    private static final String FIRST = "database_2026-11-28.sql.gz";
    private static final String OTHER = "uploads_2026-11-28.tar.gz";

    private static PageServer server;
    private static S3Server s3;
    private static RabbitQueues queues;
    private static SampleArchives archives;
    private static Chromium chromium;
    private static Path directory;

    @BeforeAll
    static void start(RabbitServer rabbit, @TempDir Path temporary) throws Exception {
        chromium = new Chromium();
        directory = temporary;
        s3 = S3Server.start();
        OffsiteHome home = new OffsiteHome(Images.home(temporary))
                .set("BACKUP_OFFSITE_AMQP_URI", rabbit.uri())
                .set("BACKUP_OFFSITE_QUEUE_PREFIX", PREFIX)
                .set("BACKUP_OFFSITE_REPAIR", "manual")
                .set("BACKUP_OFFSITE_DRIVER", "s3,localfs")
                .set("BACKUP_OFFSITE_S3_BUCKET", S3Server.BUCKET)
                .set("BACKUP_OFFSITE_S3_ENDPOINT", "http://127.0.0.1:" + s3.port())
                .set("BACKUP_OFFSITE_S3_PATH_STYLE", "true")
                .set("BACKUP_OFFSITE_S3_KEY", S3Server.CREDENTIALS.keyId())
                .set("BACKUP_OFFSITE_S3_SECRET", S3Server.CREDENTIALS.secret())
                .set(
                        "BACKUP_OFFSITE_DASHBOARD_READ_TOKEN_FILE",
                        temporary.resolve("read-token").toString());
        server = new PageServer(home);
        archives = new SampleArchives(home.backups(), 11);
        for (int day = 1; day <= Images.archives(); day++) {
            archives.make("database_2026-11-1" + day + ".sql.gz", 100_000 + 1_000 * day);
        }
        archives.make(FIRST, 200_000);
        archives.make(OTHER, 3 << 20);
        server.start();
        queues = new RabbitQueues(rabbit, PREFIX);
        awaitVerified(FIRST);
        awaitVerified(OTHER);
    }

    @AfterAll
    static void end() throws Exception {
        for (AutoCloseable each : new AutoCloseable[] {queues, server, s3, chromium}) {
            if (each != null) {
                each.close();
            }
        }
    }

    private static List<LedgerRow> rows(String name) throws IOException, InterruptedException {
        return server.home().history().stream()
                .filter(row -> row.name().equals(name))
                .toList();
    }

    private static LedgerRow row(String name, String driver) throws IOException, InterruptedException {
        return rows(name).stream()
                .filter(row -> row.driver().equals(driver))
                .findFirst()
                .orElseThrow();
    }

    /** Waits until both destinations have it, and it was read back. */
    private static void awaitVerified(String name) {
        await().atMost(HangLimit.STEP)
                .until(() -> rows(name).stream()
                                .filter(row -> row.status().equals("verified"))
                                .map(LedgerRow::driver)
                                .distinct()
                                .count()
                        == 2);
    }

    /** Opens the page of an archive as people find it. */
    private static void openArchive(Person person, String name) {
        person.open("history?driver=s3&q=" + name);
        person.link(name).click();
        assertThat(person.heading("Story")).isVisible();
    }

    @Test
    void replicateShipsWhatWaitsForItsDestination() throws Exception {
        Path away = directory.resolve("unmounted");
        Path place = server.home().destination();
        String name = "database_2026-11-29.sql.gz";
        try (Person person = chromium.person(server)) {
            person.loggedIn();
            Files.move(place, away);
            archives.make(name, 50_000);
            assertThat(person.card("localfs")).containsText("Waiting1");
            person.button("Probe localfs").click();
            person.inDialog("Probe").click();
            assertThat(person.dialog()).containsText("Does not work");
            person.inDialog("Close").last().click();

            Files.move(away, place);
            person.button("Replicate to localfs").click();
            assertThat(person.dialog()).containsText("offsite replicate --driver localfs");
            person.inDialog("Replicate").click();
            person.sees("Replicate now to localfs", "Finished: ");
            awaitVerified(name);
            long copies = server.home().history().stream()
                    .filter(row -> row.driver().equals("localfs"))
                    .count();
            assertThat(person.card("localfs")).containsText(copies + " of " + copies);
            assertThat(Path.of(row(name, "localfs").remotePath())).isRegularFile();

            person.page().reload();
            person.isLive();
            Images.take(person.page(), "overview");
            person.open("journal?kind=requested");
            assertThat(person.page().locator(".story")).containsText("by admin@page");
            person.complainsOfNothing();
        }
    }

    @Test
    void aSweepFindsADamagedCopyAndItsArchiveOffersToRepairIt() throws Exception {
        try (Person person = chromium.person(server)) {
            person.loggedIn();
            LedgerRow before = row(OTHER, "s3");
            s3.flipAByte(before.remotePath());
            person.button("Sweep s3").click();
            assertThat(person.dialog()).containsText("offsite verify-integrity --all --driver s3");
            person.inDialog("Start the sweep").click();
            person.sees("Sweep now at s3", "1 damaged");
            assertThat(person.card("s3")).containsText("1 damaged");
            assertThat(row(OTHER, "s3").status()).isEqualTo("failed");

            openArchive(person, OTHER);
            person.button("Repair").click();
            assertThat(person.dialog()).containsText("Ships this archive again");
            person.press("Escape");
            assertThat(person.dialog()).hasCount(0);
            Images.take(person.page(), "archive");
            person.open("history");
            assertThat(person.link(OTHER).first()).isVisible();
            Images.take(person.page(), "history");
            person.complainsOfNothing();
        }
    }

    @Test
    void anArchiveIsVerifiedAndRestoredByTheCommandThatItsPageShows() throws Exception {
        try (Person person = chromium.person(server)) {
            person.loggedIn();
            openArchive(person, FIRST);
            LocalDateTime before = LocalDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS);
            person.button("Verify").click();
            person.inDialog("Verify").click();
            person.sees("Verify this archive", "Finished: 2 done");
            assertThat(person.page().locator(".story")).containsText("by admin@page");
            assertThat(rows(FIRST))
                    .extracting(LedgerRow::verifiedAt)
                    .allSatisfy(time -> assertThat(time).isAfterOrEqualTo(before));

            String command = person.page()
                    .locator(".command code")
                    .filter(new Locator.FilterOptions().setHasText("offsite restore"))
                    .textContent();
            String[] words = command.substring("offsite ".length()).split(" ");
            OffsiteProcess.Exit restored = server.home().run(HangLimit.STEP, words);
            assertThat(restored.code()).as("%s: %s", command, restored).isZero();
            assertThat(Files.mismatch(
                            server.home().root().resolve(FIRST),
                            server.home().backups().resolve(FIRST)))
                    .isEqualTo(-1);
            person.complainsOfNothing();
        }
    }

    @Test
    void everyDestinationIsProbed() throws Exception {
        try (Person person = chromium.person(server)) {
            person.loggedIn();
            person.button("Probe s3").click();
            person.inDialog("Probe").click();
            assertThat(person.dialog()).containsText("Works");
            person.press("Escape");
            assertThat(person.dialog()).hasCount(0);
            person.complainsOfNothing();
        }
    }

    @Test
    void aReplayShipsWhatWasPutRight() throws Exception {
        String name = "uploads_2026-11-30.tar.gz";
        Path made = new SampleArchives(directory.resolve("aside"), 13).make(name, 300_000);
        byte[] whole = Files.readAllBytes(made);
        byte[] broken = whole.clone();
        broken[broken.length - 1] ^= 1;
        Files.write(made, broken);
        FileTime time = Files.getLastModifiedTime(made);
        Path cut = Files.move(made, server.home().backups().resolve(name));
        try (Person person = chromium.person(server)) {
            person.loggedIn();
            person.open("stuck");
            Locator group = group(person, "ARCHIVE_INCOMPLETE");
            assertThat(group).containsText(name);
            Images.take(person.page(), "stuck");
            Files.write(cut, whole);
            Files.setLastModifiedTime(cut, time);
            group.locator("header").getByText("Replay").click();
            person.dialog().locator("button[type=submit]").click();
            assertThat(person.dialog()).containsText(" replayed");
            person.press("Escape");
            awaitVerified(name);
            assertThat(group).hasCount(0);
            person.complainsOfNothing();
        }
    }

    @Test
    void lettersAreReplayedAndDiscardedOnlyIfTheirNumberIsStillThatWhichWasSeen() throws Exception {
        String markup = "<img src=x onerror=alert(1)>";
        queues.publish("verify", "copy-due", 9, markup, "{}");
        queues.publish("encrypt", "archive-settled", 1, "garbage-1", "not json");
        queues.publish("encrypt", "archive-settled", 1, "garbage-2", "not json");
        await().atMost(HangLimit.STEP)
                .until(() -> queues.depth("verify.dead") == 1 && queues.depth("encrypt.dead") == 2);
        try (Person person = chromium.person(server);
                Person other = chromium.person(server)) {
            person.loggedIn();
            other.loggedIn();
            person.open("stuck");
            other.open("stuck");
            for (Person each : List.of(person, other)) {
                assertThat(each.page().locator(".group")).hasCount(2);
                assertThat(each.page().getByText(markup).first()).isVisible();
            }
            Locator unknown = group(person, "MESSAGE_UNKNOWN");
            unknown.getByText("Replay 1").click();
            assertThat(person.dialog()).containsText("--reason MESSAGE_UNKNOWN --all");
            person.inDialog("Replay").click();
            assertThat(person.dialog()).containsText("1 replayed");
            person.press("Escape");
            // the verifier knows it no better
            await().atMost(HangLimit.STEP).until(() -> queues.depth("verify.dead") == 1);

            group(person, "MESSAGE_MALFORMED").getByText("Discard…").click();
            assertThat(person.inDialog("Discard 2")).isDisabled();
            person.page().getByLabel("Type 2 to confirm").fill("2");
            queues.publish("encrypt", "archive-settled", 1, "garbage-3", "not json");
            await().atMost(HangLimit.STEP).until(() -> queues.depth("encrypt.dead") == 3);
            person.inDialog("Discard 2").click();
            assertThat(person.dialog()).containsText("3 letters fit now, and 2 were expected");
            await().atMost(HangLimit.STEP).until(() -> queues.depth("encrypt.dead") == 3);
            person.press("Escape");
            assertThat(group(person, "MESSAGE_MALFORMED").getByText("Replay 3")).isVisible();
            group(person, "MESSAGE_MALFORMED").getByText("Discard…").click();
            person.page().getByLabel("Type 3 to confirm").fill("3");
            person.inDialog("Discard 3").click();
            assertThat(person.dialog()).containsText("3 discarded");
            assertThat(queues.depth("encrypt.dead")).isZero();
            assertThat(other.page().locator(".group")).hasCount(1);
            queues.purge("verify.dead");
            person.complainsOfNothing();
            other.complainsOfNothing();
        }
    }

    private static Locator group(Person person, String code) {
        return person.page().locator(".group").filter(new Locator.FilterOptions().setHasText(code));
    }

    @Test
    void whoeverMayOnlyLookSeesTheCommandAndNoButton() throws Exception {
        try (Person person = chromium.person(server)) {
            person.loggedIn(Files.readString(directory.resolve("read-token")).strip());
            person.button("Replicate now").click();
            assertThat(person.dialog()).containsText("read-only token");
            assertThat(person.dialog()).containsText("offsite replicate");
            assertThat(person.inDialog("Replicate")).hasCount(0);
            person.complainsOfNothing();
        }
    }
}
