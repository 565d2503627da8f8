package org.heratio.offsite.operations.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.ledger.RequestStatus;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.stage.ManualClock;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How long a request is followed while nothing of it comes to an end. */
@Timeout(HangLimit.TEST_SECONDS)
class RequestFollowerTest {
    private static final Duration PATIENCE = HangLimit.STEP;
    private static final int ENOUGH = 6;

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final ManualClock clock = new ManualClock();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private Ledger ledger;
    private Version version;

    @BeforeEach
    void openARequestForOneArchive() throws Exception {
        ledger = LedgerFixture.h2(vertx, directory);
        version =
                ledger.versions().settle(new ArchiveFile("/backups/a.gz", "a.gz", 10, 1_000L), 1, List.of("s3"), false);
        Copy copy = ledger.copies().ofVersion(version.id()).get(0);
        ledger.requests().open("r", "replicate");
        ledger.requests()
                .add(
                        "r",
                        List.of(new RequestStatus.Item(
                                "/backups/a.gz",
                                version.id(),
                                copy.id(),
                                "s3",
                                version.state(),
                                copy.state(),
                                false,
                                null,
                                null,
                                null,
                                null,
                                10)));
        ledger.requests().scanned("r", 1, 0);
    }

    @AfterEach
    void close() throws Exception {
        ledger.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(HangLimit.SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void runsOutOfPatienceAlthoughThePipelineIsBusyWithOthers() throws Exception {
        RequestFollower.Result result = follow(version.id() + 1);
        assertThat(result.stopped()).isFalse();
        assertThat(result.open()).hasSize(1);
    }

    @Test
    void isPatientAsLongAsItsOwnWorkGetsOn() throws Exception {
        assertThat(follow(version.id()).stopped()).isTrue();
    }

    @Test
    void endsAtOnceWhenNobodyCanFindOutWhatBelongsToIt() throws Exception {
        ledger.requests()
                .add(
                        "r",
                        List.of(new RequestStatus.Item(
                                "/backups",
                                0,
                                0,
                                "s3",
                                null,
                                null,
                                false,
                                null,
                                "BACKUP_DIRECTORY_UNAVAILABLE",
                                "/backups is not there",
                                null,
                                0)));
        assertThatThrownBy(() -> follow(version.id())).isInstanceOfSatisfying(FailureException.class, e -> {
            assertThat(e.failure().code()).isEqualTo(ErrorCode.BACKUP_DIRECTORY_UNAVAILABLE);
            assertThat(e.failure().reason()).isEqualTo("/backups is not there");
        });
    }

    @Test
    void doesNotTakeTheStateOfAnEarlierRequestForTheEndOfThisOne() throws Exception {
        Copy copy = ledger.copies().ofVersion(version.id()).get(0);
        ledger.copies().fail(copy.id(), new Failure(ErrorCode.DESTINATION_FULL, "the disk there is full", null));
        ledger.requests().open("again", "replicate");
        ledger.requests()
                .add(
                        "again",
                        List.of(ledger.requests()
                                .status("r")
                                .orElseThrow()
                                .items()
                                .get(0)));
        List<ItemProgress> ends = new ArrayList<>();
        RequestFollower follower = new RequestFollower(ledger.requests(), clock, PATIENCE, true, stopped);

        RequestFollower.Result result = follower.follow(
                "again",
                false,
                new RequestFollower.Listener() {
                    @Override
                    public void ended(RequestStatus.Item item, ItemProgress how) {
                        ends.add(how);
                    }

                    @Override
                    public void polled(RequestStatus status, Set<String> ended) {
                        stopped.set(status.scanned());
                    }
                },
                idle -> endTheScan());

        assertThat(ends).isEmpty();
        assertThat(result.open()).hasSize(1);
    }

    private void endTheScan() {
        try {
            ledger.versions().requeue(version.id(), List.of("s3"), true, false);
            ledger.requests().scanned("again", 1, 0);
        } catch (LedgerException e) {
            throw new AssertionError(e);
        }
    }

    /** Half a minute goes by with each poll, and work on a version is reported; after some polls it is stopped. */
    private RequestFollower.Result follow(long reported) throws Exception {
        RequestFollower follower = new RequestFollower(ledger.requests(), clock, PATIENCE, true, stopped);
        AtomicInteger polls = new AtomicInteger();
        return follower.follow(
                "r",
                false,
                new RequestFollower.Listener() {
                    @Override
                    public void ended(RequestStatus.Item item, ItemProgress how) {}

                    @Override
                    public void polled(RequestStatus status, Set<String> ended) {
                        clock.advance(PATIENCE.dividedBy(2));
                        follower.progressed(reported);
                        stopped.set(polls.incrementAndGet() == ENOUGH);
                    }
                },
                idle -> {});
    }
}
