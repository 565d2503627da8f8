package org.heratio.offsite.dashboard.summary;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The first view of the page. Texts are for people; codes are for programs.
 *
 * @param asOf when the ledger said so
 */
public record Summary(
        Instant asOf,
        Server server,
        Verdict verdict,
        Snapshot.Up ledger,
        Snapshot.Up broker,
        List<DestinationCard> destinations,
        ThreeTwoOne threeTwoOne,
        List<Need> needsYou,
        List<Stage> stages,
        List<Moving> transfers,
        int transfersTotal,
        List<Minute> throughput,
        @Nullable Instant lastScanAt,
        @Nullable Instant nextScanAt,
        Archives archives) {

    /** This process. */
    public record Server(String id, String version, Instant now) {}

    /** The one sentence, and why. */
    public record Verdict(Level level, String sentence, List<Reason> reasons) {}

    /** Something that is not as it should be. */
    public record Reason(
            String code,
            Level level,
            String text,
            @Nullable String hint,
            @Nullable String command) {}

    /** One destination. */
    public record DestinationCard(
            String driver,
            String description,
            Level level,
            String sentence,
            @Nullable NewestSafe newestSafe,
            long waiting,
            @Nullable Instant oldestWaitingSince,
            @Nullable Instant oldestProofAt,
            long failingProofs,
            long damaged,
            long missing,
            long copies,
            long verified,
            @Nullable Paused paused,
            @Nullable Instant lastSuccessAt,
            @Nullable Instant nextSweepAt) {}

    /** The newest archive that is safe at a destination. */
    public record NewestSafe(String path, Instant landedAt, Instant verifiedAt) {}

    /** A destination that work keeps away from. */
    public record Paused(Instant since, String reason) {}

    /**
     * Three copies, on two kinds of place, one of them elsewhere.
     *
     * @param copies of each archive at least, the archive itself included
     */
    public record ThreeTwoOne(int copies, int media, int offsite, boolean met, String sentence) {}

    /**
     * Something that a person has to do.
     *
     * @param link an address of the page, or null
     */
    public record Need(
            String code,
            @Nullable String driver,
            long count,
            String text,
            @Nullable String hint,
            @Nullable String command,
            @Nullable String link) {}

    /** A stage; figures are null while they are not known. */
    public record Stage(
            String stage,
            @Nullable String driver,
            @Nullable Long waiting,
            @Nullable Long inFlight,
            @Nullable Long retrying,
            @Nullable Long dead,
            @Nullable Integer consumers,
            boolean paused) {}

    /** Something that is on its way. */
    public record Moving(
            String kind,
            @Nullable String path,
            @Nullable String driver,
            long doneBytes,
            long totalBytes,
            @Nullable Long bytesPerSecond,
            @Nullable Long etaSeconds,
            Instant since) {}

    /** One minute of traffic. */
    public record Minute(Instant at, long shippedBytes, long readBackBytes) {}

    /** Archives, each counted once, by its newest version. */
    public record Archives(long total, long safe, long failed) {}
}
