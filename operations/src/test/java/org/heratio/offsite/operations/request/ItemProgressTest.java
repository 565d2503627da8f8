package org.heratio.offsite.operations.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
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
        assertThat(ItemProgress.ofCheck(archived(CopyState.VERIFIED), true)).isEqualTo(ItemProgress.DONE);
        assertThat(ItemProgress.ofReplication(archived(CopyState.REPLICATED), true))
                .isEqualTo(ItemProgress.DONE);
        assertThat(ItemProgress.ofCheck(archived(CopyState.CORRUPT), false)).isEqualTo(ItemProgress.FAILED);
    }

    private static RequestStatus.Item archived(CopyState state) {
        return new RequestStatus.Item(
                "/b/a.gz", 1, 2, "s3", VersionState.SEALED, state, false, 1L, "ARCHIVED", "in an archive tier", "", 5);
    }
}
