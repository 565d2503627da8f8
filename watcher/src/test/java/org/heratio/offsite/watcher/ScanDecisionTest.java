package org.heratio.offsite.watcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.event.ScanReason;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.KnownArchive;
import org.heratio.offsite.ledger.VersionState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class ScanDecisionTest {
    private static final Candidate ARCHIVE = candidate(true);
    private static final ScanRequested INTERVAL = asked(ScanReason.INTERVAL, "", false, false);
    private static final ScanRequested REQUEST = asked(ScanReason.REQUEST, "r1", false, false);
    private static final ScanRequested RETRY = asked(ScanReason.REQUEST, "r1", false, true);
    private static final ScanRequested FORCE = asked(ScanReason.REQUEST, "r1", true, false);

    @Test
    void settlesWhatIsNewOrHasChanged() {
        KnownArchive other = new KnownArchive(
                1, 1, "/b/a.gz", 5, 8, 9, VersionState.SEALED, Map.of("s3", CopyState.VERIFIED), Set.of());

        assertThat(ScanDecision.of(ARCHIVE, null, INTERVAL)).isEqualTo(ScanDecision.SETTLE);
        assertThat(ScanDecision.of(ARCHIVE, other, INTERVAL)).isEqualTo(ScanDecision.SETTLE);
        assertThat(ScanDecision.of(ARCHIVE, other, FORCE)).isEqualTo(ScanDecision.SETTLE);
    }

    @ParameterizedTest
    @EnumSource(CopyState.class)
    void doesNothingOnAnIntervalForWhatHasACopyInWhateverState(CopyState state) {
        assertThat(ScanDecision.of(ARCHIVE, known(VersionState.SEALED, state), INTERVAL))
                .isEqualTo(ScanDecision.SKIP);
    }

    @Test
    void doesNothingForWhatIsVerified() {
        assertThat(ScanDecision.of(ARCHIVE, known(VersionState.SEALED, CopyState.VERIFIED), RETRY))
                .isEqualTo(ScanDecision.SKIP);
    }

    @ParameterizedTest
    @EnumSource(names = {"PENDING", "REPLICATED"})
    void followsWhatIsOnItsWayForARequest(CopyState state) {
        assertThat(ScanDecision.of(ARCHIVE, known(VersionState.SEALED, state), REQUEST))
                .isEqualTo(ScanDecision.FOLLOW);
        assertThat(ScanDecision.of(ARCHIVE, known(VersionState.SETTLED, CopyState.PENDING), RETRY))
                .isEqualTo(ScanDecision.FOLLOW);
    }

    @Test
    void settlesWhatKeptItsSizeAndModificationTimeAndChangedOtherwise() {
        KnownArchive before = changedAt(8);

        assertThat(ScanDecision.of(ARCHIVE, before, INTERVAL)).isEqualTo(ScanDecision.SETTLE);
    }

    @Test
    void believesSizeAndModificationTimeWhereNobodyNotedTheTimeOfTheLastChange() {
        KnownArchive ofAnEarlierBuild = changedAt(0);

        assertThat(ScanDecision.of(ARCHIVE, ofAnEarlierBuild, INTERVAL)).isEqualTo(ScanDecision.SKIP);
        assertThat(ofAnEarlierBuild.learnsFrom(ARCHIVE.archive())).isTrue();
        assertThat(changedAt(9).learnsFrom(ARCHIVE.archive())).isFalse();
    }

    private static KnownArchive changedAt(long ctimeNanos) {
        return new KnownArchive(
                1, 1, "/b/a.gz", 5, 7, ctimeNanos, VersionState.SEALED, Map.of("s3", CopyState.VERIFIED), Set.of());
    }

    @Test
    void doesNothingForWhatHeratioShippedAndNobodyHasProvedYet() {
        KnownArchive claim = new KnownArchive(
                1, 1, "/b/a.gz", 5, 7, 9, VersionState.SEALED, Map.of("s3", CopyState.REPLICATED), Set.of("s3"));

        assertThat(ScanDecision.of(ARCHIVE, claim, RETRY)).isEqualTo(ScanDecision.SKIP);
    }

    @ParameterizedTest
    @EnumSource(names = {"FAILED", "CORRUPT", "MISSING"})
    void takesUpAgainWhatFailedOnlyWhenAskedTo(CopyState state) {
        KnownArchive known = known(VersionState.SEALED, state);

        assertThat(ScanDecision.of(ARCHIVE, known, REQUEST)).isEqualTo(ScanDecision.SKIP);
        assertThat(ScanDecision.of(ARCHIVE, known, RETRY)).isEqualTo(ScanDecision.TAKE_UP);
        assertThat(ScanDecision.of(ARCHIVE, known, asked(ScanReason.SCHEDULE, "", false, true)))
                .isEqualTo(ScanDecision.TAKE_UP);
        assertThat(ScanDecision.of(ARCHIVE, known, asked(ScanReason.START, "", false, true)))
                .isEqualTo(ScanDecision.SKIP);
        assertThat(ScanDecision.of(ARCHIVE, known, asked(ScanReason.INTERVAL, "", false, true)))
                .isEqualTo(ScanDecision.SKIP);
    }

    @Test
    void takesUpAgainAnArchiveThatFailedOnlyWhenAskedTo() {
        KnownArchive known = known(VersionState.FAILED, CopyState.FAILED);
        KnownArchive withoutCopy = new KnownArchive(1, 1, "/b/a.gz", 5, 7, 9, VersionState.FAILED, Map.of(), Set.of());

        assertThat(ScanDecision.of(ARCHIVE, known, REQUEST)).isEqualTo(ScanDecision.SKIP);
        assertThat(ScanDecision.of(ARCHIVE, withoutCopy, REQUEST)).isEqualTo(ScanDecision.SKIP);
        assertThat(ScanDecision.of(ARCHIVE, known, RETRY)).isEqualTo(ScanDecision.TAKE_UP);
    }

    @Test
    void shipsToADestinationThatIsNewToTheArchive() {
        KnownArchive known = new KnownArchive(
                1, 1, "/b/a.gz", 5, 7, 9, VersionState.SEALED, Map.of("rsync", CopyState.VERIFIED), Set.of());

        assertThat(ScanDecision.of(ARCHIVE, known, INTERVAL)).isEqualTo(ScanDecision.ADD_DESTINATION);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE)
    void takesUpEverythingWhenForced(CopyState state) {
        assertThat(ScanDecision.of(ARCHIVE, known(VersionState.SEALED, state), FORCE))
                .isEqualTo(ScanDecision.TAKE_UP);
    }

    @Test
    void neverTakesUpANameThatCannotBeUsedButTellsWhoeverAsks() {
        KnownArchive known = known(VersionState.FAILED, CopyState.FAILED);

        assertThat(ScanDecision.of(candidate(false), null, INTERVAL)).isEqualTo(ScanDecision.SETTLE);
        assertThat(ScanDecision.of(candidate(false), known, INTERVAL)).isEqualTo(ScanDecision.SKIP);
        assertThat(ScanDecision.of(candidate(false), known, RETRY)).isEqualTo(ScanDecision.FOLLOW);
        assertThat(ScanDecision.of(candidate(false), known, FORCE)).isEqualTo(ScanDecision.FOLLOW);
    }

    private static KnownArchive known(VersionState state, CopyState copy) {
        return new KnownArchive(1, 1, "/b/a.gz", 5, 7, 9, state, Map.of("s3", copy), Set.of());
    }

    private static ScanRequested asked(ScanReason reason, String request, boolean force, boolean retry) {
        return new ScanRequested(request, reason, List.of("s3"), force, retry, false);
    }

    private static Candidate candidate(boolean usable) {
        return new Candidate(Path.of("/b/a.gz"), new ArchiveFile("/b/a.gz", "a.gz", 5, 7, 9), "inode", usable);
    }
}
