package org.heratio.offsite.operations.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.RequestStatus;
import org.heratio.offsite.ledger.VersionState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ItemProgressTest {
    @TempDir
    Path temp;

    @Test
    void anArchiveThatChangedHasFailedOnlyIfItIsCertainlyDeleted() throws Exception {
        assertThat(progress(Files.createFile(temp.resolve("here.gz")))).isEqualTo(ItemProgress.OPEN);
        assertThat(progress(temp.resolve("deleted.gz"))).isEqualTo(ItemProgress.FAILED);
        // the system refuses to look at such a name
        assertThat(progress(temp.resolve("x".repeat(300) + ".gz"))).isEqualTo(ItemProgress.OPEN);
    }

    private static ItemProgress progress(Path path) {
        RequestStatus.Item item = new RequestStatus.Item(
                path.toString(),
                1,
                2,
                "localfs",
                VersionState.SUPERSEDED,
                CopyState.PENDING,
                false,
                null,
                null,
                null,
                "",
                5);
        return ItemProgress.ofReplication(item, true);
    }

    @Test
    void aCopyInAnArchiveTierIsNoFailureUnlessItWasDamagedBefore() {
        assertThat(ItemProgress.ofCheck(checked(CopyState.VERIFIED, "ARCHIVED"), true))
                .isEqualTo(ItemProgress.ARCHIVED);
        assertThat(ItemProgress.ofReplication(checked(CopyState.REPLICATED, "ARCHIVED"), true))
                .isEqualTo(ItemProgress.ARCHIVED);
        assertThat(ItemProgress.ofReplication(checked(CopyState.VERIFIED, "ARCHIVED"), true))
                .as("proved before it went there")
                .isEqualTo(ItemProgress.ARCHIVED);
        assertThat(ItemProgress.ofCheck(checked(CopyState.CORRUPT, "ARCHIVED"), false))
                .isEqualTo(ItemProgress.FAILED);
    }

    @Test
    void damageThatWasRepairedIntoAnArchiveTierCountsAndEndsTheRequest() {
        RequestStatus.Item replaced = checked(CopyState.REPLICATED, "REPLACED");
        RequestStatus status = new RequestStatus("r", true, 1, 0, List.of(replaced));
        RequestFollower.Result result =
                new RequestFollower.Result(status, List.of(), List.of(replaced), List.of(), List.of(), false);

        assertThat(ItemProgress.ofCheck(replaced, true)).isEqualTo(ItemProgress.ARCHIVED);
        assertThat(ItemProgress.ofReplication(replaced, true)).isEqualTo(ItemProgress.ARCHIVED);
        assertThat(result.damaged()).isOne();
        assertThat(result.allWell()).isTrue();
        RequestSummary summary = RequestSummary.of("verify-integrity", result);
        assertThat(summary.archived()).isOne();
        assertThat(summary.done()).isZero();
        assertThat(summary.items()).extracting(RequestSummary.Item::result).containsExactly(ItemProgress.ARCHIVED);
    }

    private static RequestStatus.Item checked(CopyState state, String outcome) {
        return new RequestStatus.Item(
                "/b/a.gz", 1, 2, "s3", VersionState.SEALED, state, false, 1L, outcome, "in an archive tier", "", 5);
    }
}
