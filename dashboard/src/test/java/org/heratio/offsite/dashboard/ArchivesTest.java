package org.heratio.offsite.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.heratio.offsite.dashboard.PageFixture.Reply;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.Version;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The history, one archive, and what happened to it. */
final class ArchivesTest {
    @TempDir
    Path directory;

    private PageFixture page;

    @BeforeEach
    void open() throws Exception {
        page = new PageFixture(directory).start();
    }

    @AfterEach
    void close() throws Exception {
        page.close();
    }

    private static List<String> names(Reply reply) {
        return reply.items().stream()
                .map(item -> Path.of(((JsonObject) item).getString("local_path"))
                        .getFileName()
                        .toString())
                .toList();
    }

    @Test
    void theHistoryIsSearchedByAPartOfANameAndPagedThrough() throws Exception {
        for (int i = 0; i < 5; i++) {
            page.verified("database_" + i + ".gz");
        }
        page.verified("uploads.gz");
        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            Reply reply = page.ask("/api/v1/history?q=DATABASE_&limit=2&cursor=" + cursor);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.json().getInteger("total")).isEqualTo(5);
            assertThat(reply.json().getBoolean("total_is_capped")).isFalse();
            assertThat(reply.json().getString("searched")).isEqualTo("newest 100000");
            seen.addAll(names(reply));
            cursor = reply.json().getString("next");
        } while (cursor != null);

        assertThat(seen)
                .containsExactly("database_4.gz", "database_3.gz", "database_2.gz", "database_1.gz", "database_0.gz");
        assertThat(names(page.ask("/api/v1/history?status=failed"))).isEmpty();
        assertThat(names(page.ask("/api/v1/history?driver=localfs&from=2020-01-01&to=2999-01-01&all=1")))
                .hasSize(6);
        assertThat(page.ask("/api/v1/history?q=uploads")
                        .items()
                        .getJsonObject(0)
                        .fieldNames())
                .containsExactly(
                        "id",
                        "local_path",
                        "remote_path",
                        "driver",
                        "size_bytes",
                        "sha256",
                        "encrypted",
                        "replicated_at",
                        "verified_at",
                        "status",
                        "error",
                        "proved",
                        "version_id",
                        "landed_at");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/history?cursor=!",
                "/api/v1/history?cursor=eHx5",
                "/api/v1/history?from=yesterday",
                "/api/v1/history?limit=many",
                "/api/v1/journal?kind=none",
                "/api/v1/journal?cursor=eA",
                "/api/v1/archives/one",
                "/api/v1/archives/..%2f..%2fetc%2fpasswd"
            })
    void whatMeansNothingIsRefused(String path) throws Exception {
        Reply reply = page.ask(path);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.headers()).containsEntry("content-type", "application/problem+json");
        assertThat(reply.json().getString("code")).isEqualTo("BAD_REQUEST");
    }

    @Test
    void oneArchiveTellsItsCopiesAndItsWholeStory() throws Exception {
        Copy copy = page.verified("<img src=x onerror=alert(1)> it's.gz");
        JsonObject archive = page.ask("/api/v1/archives/" + copy.versionId()).json();

        assertThat(archive.getJsonObject("version").getString("state")).isEqualTo("sealed");
        assertThat(archive.getJsonArray("copies").getJsonObject(0).getString("state"))
                .isEqualTo("verified");
        assertThat(archive.getJsonObject("commands").getString("restore"))
                .isEqualTo("offsite restore '" + page.backups + "/<img src=x onerror=alert(1)> it'\\''s.gz'");
        assertThat(archive.getJsonArray("others")).isEmpty();
        List<String> story = page.ask("/api/v1/archives/" + copy.versionId() + "/story").items().stream()
                .map(event -> ((JsonObject) event).getString("event"))
                .toList();
        assertThat(story).containsExactly("proved", "shipped", "sealed", "settled", "landed");
        Reply first = page.ask("/api/v1/archives/" + copy.versionId() + "/story?limit=4");
        assertThat(page.ask("/api/v1/archives/" + copy.versionId() + "/story?limit=4&cursor="
                                + first.json().getString("next"))
                        .items())
                .hasSize(1);
        assertThat(page.ask("/api/v1/archives/999").status()).isEqualTo(404);
    }

    private void failed(Copy copy, String stage, int attempt, String reason) throws Exception {
        page.ledger
                .pendingWork()
                .attemptFailed(
                        stage,
                        copy.versionId(),
                        copy.id(),
                        attempt,
                        new Failure(ErrorCode.DESTINATION_UNREACHABLE, reason, "look at the network"),
                        60_000L);
    }

    @Test
    void aCopyTellsItsAttemptsAndTheHintOfItsErrorByItself() throws Exception {
        Version version = page.settled("a.gz");
        Copy copy = page.ledger.copies().ofVersion(version.id()).get(0);
        failed(copy, "uploader:localfs", 1, "no answer");
        failed(copy, "uploader:localfs", 2, "no route");

        JsonObject shown = page.ask("/api/v1/archives/" + version.id())
                .json()
                .getJsonArray("copies")
                .getJsonObject(0);

        assertThat(shown.getInteger("attempts")).isEqualTo(2);
        assertThat(shown.getString("error")).isEqualTo("no route");
        assertThat(shown.getString("hint")).isEqualTo("look at the network");
        assertThat(shown.getString("proof_failing_since")).isNull();
    }

    @Test
    void aProofThatFailsSaysSinceWhen() throws Exception {
        Copy copy = page.verified("a.gz");
        String path = "/api/v1/archives/" + copy.versionId();
        assertThat(page.ask(path).json().getJsonArray("copies").getJsonObject(0).getInteger("attempts"))
                .isZero();
        failed(copy, "verifier:localfs", 1, "no answer");

        JsonObject shown = page.ask(path).json().getJsonArray("copies").getJsonObject(0);

        assertThat(shown.getString("proof_failing_since")).isNotNull();
        assertThat(shown.getInteger("attempts")).isOne();
        assertThat(shown.getString("error")).isEqualTo("no answer");
    }

    @Test
    void theJournalTellsOfAllArchives() throws Exception {
        page.verified("a.gz");
        page.verified("b.gz");

        assertThat(page.ask("/api/v1/journal").items()).hasSize(10);
        assertThat(page.ask("/api/v1/journal?kind=proved").items()).hasSize(2);
        Reply first = page.ask("/api/v1/journal?limit=9");
        assertThat(page.ask("/api/v1/journal?cursor=" + first.json().getString("next"))
                        .items())
                .hasSize(1);
    }
}
