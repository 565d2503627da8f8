package org.heratio.offsite.operations.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.JournalEntry.Kind;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real ledger, without a process. */
class StoryServiceTest {
    private static final List<String> DRIVERS = List.of("localfs");
    private static final Failure CUT = new Failure(ErrorCode.ARCHIVE_INCOMPLETE, "it ends too early", null);

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private Ledger ledger;
    private StoryService story;

    @BeforeEach
    void open() throws Exception {
        ledger = LedgerFixture.h2(vertx, directory.toRealPath());
        story = new StoryService(ledger.view(), ledger.journal());
    }

    @AfterEach
    void close() throws Exception {
        ledger.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }

    private Version settle(String name, long mtime) throws Exception {
        return ledger.versions().settle(new ArchiveFile("/backups/" + name, name, 10, mtime), 1, DRIVERS, false);
    }

    private List<Kind> kinds(String archive, int limit) throws Exception {
        return story.of(archive, limit).stream().map(StoryEvent::event).toList();
    }

    @Test
    void tellsByFileNamePathAndRemoteNameOldestFirst() throws Exception {
        Version version = settle("db/a.sql.gz", 5);
        settle("b.sql.gz", 5);

        for (String name : List.of("a.sql.gz", "/backups/db/a.sql.gz", version.remoteName() + ".gpg")) {
            assertThat(kinds(name, 50)).as(name).containsExactly(Kind.LANDED, Kind.SETTLED);
        }
        assertThat(story.of("a.sql.gz", 50)).allSatisfy(event -> {
            assertThat(event.path()).isEqualTo("/backups/db/a.sql.gz");
            assertThat(event.versionId()).isEqualTo(version.id());
            assertThat(event.copyId()).isNull();
            assertThat(event.driver()).isNull();
        });
    }

    @Test
    void tellsOfAnArchiveThatNeverHadACopy() throws Exception {
        ledger.versions().reject(new ArchiveFile("/backups/cut.gz", "cut.gz", 10, 5), DRIVERS, CUT);

        assertThat(story.of("cut.gz", 50)).anySatisfy(event -> {
            assertThat(event.code()).isEqualTo("ARCHIVE_INCOMPLETE");
            assertThat(event.detail()).contains("it ends too early");
        });
    }

    @Test
    void keepsTheLatestEventsWithinTheLimit() throws Exception {
        settle("a.gz", 5);
        settle("a.gz", 6);

        List<StoryEvent> all = story.of("a.gz", 50);
        assertThat(story.of("a.gz", 2)).isEqualTo(all.subList(all.size() - 2, all.size()));
    }

    @Test
    void tellsArchivesOfOneFileNameTogetherInTheirOrder() throws Exception {
        settle("one/a.gz", 5);
        settle("two/a.gz", 5);
        settle("one/a.gz", 6);

        List<StoryEvent> events = story.of("a.gz", 50);

        assertThat(events).extracting(StoryEvent::path).contains("/backups/one/a.gz", "/backups/two/a.gz");
        assertThat(events).extracting(StoryEvent::id).isSorted();
    }

    @Test
    void tellsNothingOfAPartOfAName() throws Exception {
        settle("a.gz", 5);

        assertThat(story.of(".gz", 50)).isEmpty();
        assertThat(story.of("%", 50)).isEmpty();
        assertThat(story.of("/backups", 50)).isEmpty();
    }
}
