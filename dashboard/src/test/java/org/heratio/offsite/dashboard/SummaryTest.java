package org.heratio.offsite.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.heratio.offsite.dashboard.PageFixture.Reply;
import org.heratio.offsite.destination.MemoryDestination;
import org.heratio.offsite.event.EventCodec;
import org.heratio.offsite.event.WorkProgress;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Version;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Are we safe? */
final class SummaryTest {
    @TempDir
    Path directory;

    private PageFixture page;

    @BeforeEach
    void open() throws Exception {
        page = new PageFixture(directory);
    }

    @AfterEach
    void close() throws Exception {
        page.close();
    }

    private interface Wanted {
        boolean in(JsonObject summary) throws Exception;
    }

    private JsonObject summary(Wanted wanted) {
        List<JsonObject> last = new ArrayList<>();
        await().until(() -> {
            Reply reply = page.ask("/api/v1/summary");
            if (reply.status() != 200) {
                return false;
            }
            last.add(reply.json());
            return wanted.in(reply.json());
        });
        return last.get(last.size() - 1);
    }

    private static boolean isLevel(JsonObject summary, String level) {
        return summary.getJsonObject("verdict").getString("level").equals(level);
    }

    private static List<String> reasons(JsonObject summary) {
        return summary.getJsonObject("verdict").getJsonArray("reasons").stream()
                .map(reason -> ((JsonObject) reason).getString("code"))
                .toList();
    }

    private static JsonObject localfs(JsonObject summary) {
        return summary.getJsonArray("destinations").getJsonObject(0);
    }

    @Test
    void nothingSeenYetIsNotSafe() throws Exception {
        page.start();
        JsonObject summary = summary(found -> found.getJsonObject("broker").getBoolean("up"));

        assertThat(summary.getJsonObject("verdict").getString("level")).isEqualTo("attention");
        assertThat(reasons(summary)).containsExactly("NO_ARCHIVES");
        assertThat(summary.fieldNames())
                .containsExactly(
                        "as_of",
                        "server",
                        "verdict",
                        "ledger",
                        "broker",
                        "destinations",
                        "three_two_one",
                        "needs_you",
                        "stages",
                        "transfers",
                        "transfers_total",
                        "throughput",
                        "last_scan_at",
                        "next_scan_at",
                        "archives");
        assertThat(summary.getJsonArray("throughput")).hasSize(60);
    }

    @Test
    void oneArchiveThatWasReadBackIsSafe() throws Exception {
        page.verified("a.gz");
        page.start();
        JsonObject summary = summary(found -> isLevel(found, "safe"));

        assertThat(summary.getJsonObject("archives"))
                .isEqualTo(new JsonObject().put("total", 1).put("safe", 1).put("failed", 0));
        assertThat(localfs(summary).getJsonObject("newest_safe").getString("path"))
                .isEqualTo(page.backups.resolve("a.gz").toString());
        assertThat(summary.getJsonArray("throughput").getJsonObject(59).getInteger("shipped_bytes")
                        + summary.getJsonArray("throughput").getJsonObject(58).getInteger("shipped_bytes"))
                .isEqualTo(99);
        assertThat(summary.getJsonObject("three_two_one").getBoolean("met")).isFalse();
    }

    private static JsonObject uploader(JsonObject summary) {
        return summary.getJsonArray("stages").stream()
                .map(JsonObject.class::cast)
                .filter(stage -> stage.getString("stage").equals("uploader"))
                .findFirst()
                .orElseThrow();
    }

    private void failThrice(Version version, Copy copy) throws Exception {
        for (int attempt = 1; attempt <= 3; attempt++) {
            page.ledger
                    .pendingWork()
                    .attemptFailed(
                            "uploader:localfs",
                            version.id(),
                            copy.id(),
                            attempt,
                            new Failure(ErrorCode.DESTINATION_FULL, "the disk is full", null),
                            3_600_000L);
        }
    }

    @Test
    void anOutageSaysSinceWhenUploadsArePausedAndWhyAndWhatWaits() throws Exception {
        Version version = page.settled("a.gz");
        Copy copy = page.ledger.copies().ofVersion(version.id()).get(0);
        page.start();
        JsonObject before = summary(found -> found.getJsonObject("broker").getBoolean("up"));
        failThrice(version, copy);

        JsonObject summary = summary(found -> localfs(found).getJsonObject("paused") != null);

        assertThat(localfs(before).getJsonObject("paused")).isNull();
        assertThat(uploader(before).getInteger("retrying")).isZero();
        assertThat(localfs(summary).getJsonObject("paused").getString("reason")).isEqualTo("the disk is full");
        assertThat(localfs(summary).getJsonObject("paused").getString("since")).isNotNull();
        assertThat(uploader(summary).getBoolean("paused")).isTrue();
        assertThat(uploader(summary(found -> uploader(found).getInteger("retrying") == 1))
                        .getInteger("retrying"))
                .isOne();
    }

    @Test
    void uploadsAreNotPausedWhileOneIsUnderWayAgain() throws Exception {
        Version version = page.settled("a.gz");
        Copy copy = page.ledger.copies().ofVersion(version.id()).get(0);
        page.start();
        failThrice(version, copy);
        summary(found -> localfs(found).getJsonObject("paused") != null);

        JsonObject summary = summary(found -> {
            progress("uploader:localfs", version.id(), "localfs");
            return found.getInteger("transfers_total") == 1;
        });

        assertThat(localfs(summary).getJsonObject("paused")).isNull();
        assertThat(uploader(summary).getBoolean("paused")).isFalse();
    }

    private void progress(String stage, long versionId, String driver) throws Exception {
        PageFixture.get(
                page.broker.publish(new EventCodec().encode(new WorkProgress(stage, versionId, driver, 5, 10))));
    }

    /** Reports of a worker count for 30 s. The test ends before that. */
    @Test
    void aTransferThatTheLedgerCallsOverIsShownNoLonger() throws Exception {
        Version version = page.settled("a.gz");
        Copy copy = page.ledger.copies().ofVersion(version.id()).get(0);
        page.start();
        summary(found -> {
            progress("encryptor", version.id(), "");
            progress("uploader:localfs", version.id(), "localfs");
            return found.getInteger("transfers_total") == 2;
        });

        Payload payload = page.ledger
                .payloads()
                .record(version.id(), "a".repeat(64), "a.pgp", "b".repeat(64), 99, true)
                .orElseThrow();
        summary(found -> found.getInteger("transfers_total") == 1);
        page.ledger.copies().recordPendingPut(copy.id(), "/offsite/a.gz.gpg", payload);
        page.ledger.copies().replicated(copy.id(), "/offsite/a.gz.gpg", payload);

        assertThat(summary(found -> found.getInteger("transfers_total") == 0).getJsonArray("transfers"))
                .isEmpty();
    }

    @Test
    void theWorstWinsAndSaysWhatToDo() throws Exception {
        page.verified("a.gz");
        Copy copy = page.verified("b.gz");
        page.start();
        summary(found -> isLevel(found, "safe"));
        page.ledger.copies().damaged(copy, CopyState.CORRUPT, new Failure(ErrorCode.COPY_CORRUPT, "other bytes", null));

        JsonObject summary = summary(found -> isLevel(found, "unsafe"));

        assertThat(summary.getJsonObject("verdict").getString("sentence"))
                .contains("0 of 1 destination", "localfs: 1 copy");
        JsonObject reason =
                summary.getJsonObject("verdict").getJsonArray("reasons").getJsonObject(0);
        assertThat(reason.getString("code")).isEqualTo("DAMAGED");
        assertThat(reason.getString("command")).isEqualTo("offsite replicate --driver localfs");
        assertThat(localfs(summary).getInteger("damaged")).isOne();
        assertThat(summary.getJsonArray("needs_you").getJsonObject(0).getString("driver"))
                .isEqualTo("localfs");
    }

    @Test
    void aLedgerThatIsAwayMakesEverythingUnknown() throws Exception {
        page.verified("a.gz");
        page.start();
        summary(found -> isLevel(found, "safe"));
        assertThat(page.get("/health/ready").status()).isEqualTo(200);
        page.ledger.close();

        JsonObject summary = summary(found -> isLevel(found, "unknown"));

        assertThat(summary.getJsonObject("ledger").getBoolean("up")).isFalse();
        assertThat(localfs(summary).getString("level")).isEqualTo("unknown");
        assertThat(localfs(summary).getInteger("verified"))
                .as("the last that was known")
                .isOne();
        assertThat(page.get("/health/ready").status()).isEqualTo(503);
        assertThat(page.get("/health/live").status()).isEqualTo(200);
    }

    @Test
    void aBrokerThatIsAwayHidesTheQueuesAndNotTheSafety() throws Exception {
        page.verified("a.gz");
        page.start();
        assertThat(summary(found -> isLevel(found, "safe"))
                        .getJsonArray("stages")
                        .getJsonObject(0)
                        .getInteger("waiting"))
                .isZero();
        PageFixture.get(page.broker.close());

        JsonObject summary = summary(found -> !found.getJsonObject("broker").getBoolean("up"));

        assertThat(reasons(summary)).containsExactly("BROKER_DOWN");
        assertThat(isLevel(summary, "attention")).isTrue();
        assertThat(summary.getJsonArray("stages"))
                .as("one for each queue that letters may be in")
                .hasSize(8);
        assertThat(summary.getJsonArray("stages").getJsonObject(0).getValue("waiting"))
                .isNull();
        assertThat(localfs(summary).getString("level")).isEqualTo("safe");
    }

    @Test
    void anAgeOfProofsThatAnOperatorSetsCountsWithoutASweep() throws Exception {
        page.verified("a.gz");
        page.clock = Clock.offset(page.clock, Duration.ofHours(2));
        page.set("BACKUP_OFFSITE_PROOF_MAX_AGE", "1h").start();

        JsonObject summary = summary(found -> isLevel(found, "unsafe"));

        assertThat(reasons(summary)).contains("PROOFS_WEAK");
    }

    @Test
    void aServiceThatScansNoLongerIsUnsafeThoughAllArchivesAreThere() throws Exception {
        page.verified("a.gz");
        page.scanned(Instant.now().minus(Duration.ofDays(30)).toEpochMilli());
        page.start();

        JsonObject summary = summary(found -> isLevel(found, "unsafe"));

        assertThat(reasons(summary)).containsAnyOf("NOT_SCANNED", "PIPELINE_STOPPED");
        assertThat(summary.getString("last_scan_at")).isNotNull();
    }

    @Test
    void theLimitOfTheSettingsSaysWhenWaitingIsUnsafe() throws Exception {
        page.settled("a.gz");
        page.clock = Clock.offset(page.clock, Duration.ofHours(3));
        page.scanned(page.clock.millis());
        page.set("BACKUP_OFFSITE_WAIT_LIMIT", "2h").start();

        JsonObject summary = summary(found -> reasons(found).contains("WAITING"));

        assertThat(localfs(summary).getString("level")).isEqualTo("unsafe");
        assertThat(reasons(summary)).contains("ARCHIVES_WAITING");
    }

    @Test
    void anArchiveThatFailedAndWasDeletedIsNoFailureForEver() throws Exception {
        page.verified("a.gz");
        Version failed = page.settled("b.gz");
        page.ledger.versions().fail(failed.id(), new Failure(ErrorCode.ARCHIVE_UNREADABLE, "it cannot be read", null));
        page.start();
        summary(found -> reasons(found).contains("ARCHIVES_FAILED"));
        page.stop();

        Files.delete(page.backups.resolve("b.gz"));
        page.present.removeIf(archive -> archive.path().endsWith("b.gz"));
        page.start();

        JsonObject summary = summary(found -> found.getJsonObject("broker").getBoolean("up"));
        assertThat(reasons(summary)).doesNotContain("ARCHIVES_FAILED", "COPIES_FAILED");
        assertThat(summary.getJsonObject("archives"))
                .as("the totals of the status")
                .isEqualTo(new JsonObject().put("total", 1).put("safe", 1).put("failed", 0));
    }

    @Test
    void damageAtADestinationThatIsNotConfiguredAnyMoreIsToldAndMakesNothingUnsafe() throws Exception {
        page.verified("a.gz");
        Version other = page.settled("b.gz", List.of("rsync"));
        Copy left = page.verified(other, "b.gz");
        page.ledger.copies().damaged(left, CopyState.MISSING, new Failure(ErrorCode.COPY_MISSING, "it is gone", null));
        page.start();

        JsonObject summary = summary(found -> reasons(found).contains("NOT_CONFIGURED"));

        assertThat(isLevel(summary, "safe")).isTrue();
        assertThat(summary.getJsonArray("needs_you")).isEmpty();
    }

    @Test
    void aPlaceElsewhereCountsOnlyIfEachArchiveIsSafeThere() throws Exception {
        page.set("BACKUP_OFFSITE_DRIVER", "localfs,s3,rsync")
                .set("BACKUP_OFFSITE_S3_BUCKET", "vault")
                .set("BACKUP_OFFSITE_RSYNC_HOST", "vault.example.org")
                .set("BACKUP_OFFSITE_RSYNC_PATH", "/srv/offsite");
        page.destinations.put("s3", new MemoryDestination("s3"));
        page.destinations.put("rsync", new MemoryDestination("rsync"));
        page.verified("a.gz");
        page.start();

        JsonObject summary = summary(found -> true);

        assertThat(summary.getJsonObject("three_two_one").getInteger("copies")).isEqualTo(2);
        assertThat(summary.getJsonObject("three_two_one").getInteger("offsite"))
                .as("a destination of the test is elsewhere; two others have nothing yet")
                .isOne();
    }

    private HttpClientResponse listen(List<String> heard) throws Exception {
        RequestOptions options = new RequestOptions()
                .setHost("127.0.0.1")
                .setPort(page.port())
                .setURI("/api/v1/events")
                .putHeader("Authorization", "Bearer " + page.token());
        return PageFixture.get(page.client
                .request(options)
                .compose(request -> request.send())
                .onSuccess(response -> response.handler(bytes -> heard.add(bytes.toString(StandardCharsets.UTF_8)))));
    }

    @Test
    void aStreamTellsOfEachChange() throws Exception {
        page.start();
        summary(found -> true);
        List<String> heard = new CopyOnWriteArrayList<>();
        HttpClientResponse response = listen(heard);

        assertThat(response.getHeader("Content-Type")).isEqualTo("text/event-stream");
        assertThat(response.getHeader("X-Accel-Buffering")).isEqualTo("no");
        await().until(() -> String.join("", heard).contains("event: summary\ndata: {"));
        page.verified("new.gz");
        await().until(() -> String.join("", heard).contains("new.gz"));
        for (String line : String.join("", heard).split("\n")) {
            assertThat(line).matches("|event: (summary|heartbeat)|data: \\{.*}");
        }
        for (String event : String.join("", heard).split("\n\n")) {
            String[] parts = event.split("\n(data: )?", 2);
            ApiContract.get().check(parts[0].equals("event: summary") ? "Summary" : "Heartbeat", parts[1], "an event");
        }
    }

    @Test
    void moreThanSixtyFourStreamsAreRefusedAndRoomComesBack() throws Exception {
        page.start();
        List<HttpClientResponse> open = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 64; i++) {
            open.add(listen(new CopyOnWriteArrayList<>()));
        }
        assertThat(page.ask("/api/v1/events").status()).isEqualTo(503);

        PageFixture.get(open.get(0).request().connection().close());

        await().until(() -> listen(new CopyOnWriteArrayList<>()).statusCode() == 200);
    }
}
