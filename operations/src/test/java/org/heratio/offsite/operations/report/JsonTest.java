package org.heratio.offsite.operations.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.ReplicationRow;
import org.heratio.offsite.ledger.Unreadable;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.operations.adopt.AdoptSummary;
import org.heratio.offsite.operations.adopt.Claim;
import org.heratio.offsite.operations.deadletters.DeadLetterView;
import org.heratio.offsite.operations.deadletters.HandledLetters;
import org.heratio.offsite.operations.history.HistoryRow;
import org.heratio.offsite.operations.history.PublicRow;
import org.heratio.offsite.operations.request.ItemProgress;
import org.heratio.offsite.operations.request.ReplicationPlan;
import org.heratio.offsite.operations.request.RequestSummary;
import org.heratio.offsite.operations.restore.RestorableCopy;
import org.heratio.offsite.operations.status.Alarm;
import org.heratio.offsite.operations.status.Status;
import org.heratio.offsite.operations.status.WaitingArchives;
import org.heratio.offsite.operations.status.WeakProofs;
import org.junit.jupiter.api.Test;

/** The output is a public interface: these texts are what {@code docs/json.md} promises, byte for byte. */
class JsonTest {
    private static final UnreadableReport NONE = new UnreadableReport(0, List.of());
    private static final LocalDateTime TIME = LocalDateTime.of(2026, 11, 23, 12, 5, 13);

    private static String line(Object printed) {
        return Json.print(printed).replaceAll("\\s+", " ");
    }

    @Test
    void isIndentedAsBefore() {
        assertThat(Json.print(List.of(new ReplicationPlan.Archive("/b/ü.gz", 1))))
                .isEqualTo("""
                [ {
                  "local_path" : "/b/ü.gz",
                  "size_bytes" : 1
                } ]""");
    }

    @Test
    void ofStatusHasStatesInLowerCase() {
        Status status = new Status(
                false,
                Map.of(VersionState.SEALED, 1L),
                2,
                2,
                new Status.Safe(1, 2, List.of("localfs")),
                Map.of("localfs", Map.of(CopyState.VERIFIED, 1L)),
                new WeakProofs(
                        new WeakProofs.Copies(2, Instant.ofEpochSecond(1)),
                        new WeakProofs.Copies(1, Instant.ofEpochSecond(1)),
                        new WeakProofs.Copies(0, null)),
                Map.of("s3", 4L),
                Map.of("s3", 3L),
                NONE,
                new WaitingArchives(1, Instant.ofEpochSecond(2)),
                null,
                List.of(new Alarm(Alarm.Code.LEDGER_UNUSED, Alarm.Severity.CRITICAL, "unused", null)));
        assertThat(line(status))
                .isEqualTo("{ \"ok\" : false, \"archives\" : { \"sealed\" : 1 }, \"gone\" : 2,"
                        + " \"safe\" : { \"archives\" : 1, \"of\" : 2, \"drivers\" : [ \"localfs\" ] },"
                        + " \"copies\" : { \"localfs\" : { \"verified\" : 1 } },"
                        + " \"proofs\" : { \"failing\" : { \"copies\" : 2, \"since\" : \"1970-01-01T00:00:01Z\" },"
                        + " \"doubted\" : { \"copies\" : 1, \"since\" : \"1970-01-01T00:00:01Z\" },"
                        + " \"stale\" : { \"copies\" : 0, \"since\" : null } }, \"archived\" : { \"s3\" : 4 }, \"claimed\" : { \"s3\" : 3 },"
                        + " \"unreadable\" : { \"total\" : 0, \"places\" : [ ] },"
                        + " \"waiting\" : { \"archives\" : 1, \"since\" : \"1970-01-01T00:00:02Z\" }, \"last_scan\" : null,"
                        + " \"alarms\" : [ { \"code\" : \"ledger_unused\", \"severity\" : \"critical\","
                        + " \"text\" : \"unused\", \"hint\" : null } ] }");
    }

    @Test
    void ofAnUnreadablePlaceSaysSinceWhenIfThatIsKnown() {
        Unreadable unreadable = new Unreadable(
                List.of(
                        new Unreadable.Place("/b/p", "denied", "chmod", 1_795_435_513_120L),
                        new Unreadable.Place("/b/q", "denied", null, 0)),
                3);
        assertThat(line(UnreadableReport.of(unreadable)))
                .isEqualTo(
                        "{ \"total\" : 3, \"places\" : [ { \"local_path\" : \"/b/p\", \"error\" : \"denied\","
                                + " \"hint\" : \"chmod\", \"since\" : \"2026-11-23T12:05:13.120Z\" },"
                                + " { \"local_path\" : \"/b/q\", \"error\" : \"denied\", \"hint\" : null, \"since\" : null } ] }");
    }

    @Test
    void ofTheHistoryHasTheColumnsAndTheProof() {
        ReplicationRow row =
                new ReplicationRow(2, "/b/a.gz", "", "localfs", 0, null, false, TIME, null, "failed", "cut");
        assertThat(line(new HistoryRow(
                        TIME, null, row, PublicRow.of(row, TIME.toInstant(ZoneOffset.UTC), null), false)))
                .isEqualTo("{ \"id\" : 2, \"local_path\" : \"/b/a.gz\", \"remote_path\" : \"\","
                        + " \"driver\" : \"localfs\", \"size_bytes\" : 0, \"sha256\" : null, \"encrypted\" : false,"
                        + " \"replicated_at\" : \"2026-11-23T12:05:13Z\", \"verified_at\" : null,"
                        + " \"status\" : \"failed\", \"error\" : \"cut\", \"proved\" : false }");
    }

    @Test
    void ofVersionsHasTheTimeToTheNanosecond() {
        RestorableCopy copy = new RestorableCopy(
                "/b/a.gz", Instant.ofEpochSecond(0, 1), 7, null, "s3", CopyState.REPLICATED, true, "b/a.gz.gpg");
        assertThat(line(copy))
                .isEqualTo("{ \"local_path\" : \"/b/a.gz\", \"modified_at\" : \"1970-01-01T00:00:00.000000001Z\","
                        + " \"size_bytes\" : 7, \"sha256\" : null, \"driver\" : \"s3\", \"state\" : \"replicated\","
                        + " \"encrypted\" : true, \"remote_path\" : \"b/a.gz.gpg\" }");
    }

    @Test
    void ofARequestHasTotalsAndItems() {
        RequestSummary summary = new RequestSummary(
                "replicate",
                false,
                3,
                1,
                1,
                0,
                1,
                0,
                0,
                List.of(new RequestSummary.Item("/b/a.gz", "s3", ItemProgress.DONE, null, 5, null, null)));
        assertThat(line(summary))
                .isEqualTo("{ \"command\" : \"replicate\", \"ok\" : false, \"found\" : 3, \"skipped\" : 1,"
                        + " \"done\" : 1, \"archived\" : 0, \"failed\" : 1, \"open\" : 0, \"damaged\" : 0,"
                        + " \"items\" : [ { \"local_path\" : \"/b/a.gz\", \"driver\" : \"s3\", \"result\" : \"done\","
                        + " \"remote_path\" : null, \"size_bytes\" : 5, \"error\" : null, \"unchecked\" : null } ] }");
        ReplicationPlan plan = new ReplicationPlan(
                "replicate --dry-run", 3, 2, List.of(new ReplicationPlan.Archive("/b/a.gz", 5)), NONE);
        assertThat(line(plan))
                .isEqualTo("{ \"command\" : \"replicate --dry-run\", \"found\" : 3, \"skipped\" : 2,"
                        + " \"would_ship\" : [ { \"local_path\" : \"/b/a.gz\", \"size_bytes\" : 5 } ],"
                        + " \"unreadable\" : { \"total\" : 0, \"places\" : [ ] } }");
    }

    @Test
    void ofAnAdoptionHasACountForEachVerdict() {
        AdoptSummary summary = new AdoptSummary(
                "adopt",
                false,
                3,
                1,
                new AdoptSummary.Counts(1, 2, 3, 4, 5, 6, 7, 8),
                9,
                null,
                List.of(new AdoptSummary.Row(
                        "/b/a.gz", "s3", "b/a.gz", 5, "verified", true, Claim.Verdict.MISSING, null, "there")),
                List.of(new AdoptSummary.Archive("/b/c.gz", 6)),
                NONE);
        assertThat(line(summary))
                .isEqualTo("{ \"command\" : \"adopt\", \"ok\" : false, \"rows\" : 3, \"known\" : 1,"
                        + " \"unproved\" : 1, \"intact\" : 2, \"missing\" : 3, \"different\" : 4, \"foreign\" : 5,"
                        + " \"failed\" : 6, \"elsewhere\" : 7, \"unreachable\" : 8, \"unencrypted\" : 9,"
                        + " \"adopted\" : null, \"claims\" : [ { \"local_path\" : \"/b/a.gz\", \"driver\" : \"s3\","
                        + " \"remote_path\" : \"b/a.gz\", \"size_bytes\" : 5, \"status\" : \"verified\","
                        + " \"encrypted\" : true, \"result\" : \"missing\", \"detail\" : null, \"local\" : \"there\" } ],"
                        + " \"unshipped\" : [ { \"local_path\" : \"/b/c.gz\", \"size_bytes\" : 6 } ],"
                        + " \"unreadable\" : { \"total\" : 0, \"places\" : [ ] } }");
    }

    @Test
    void ofDeadLettersHasTheBodyLast() {
        DeadLetterView letter = new DeadLetterView(
                "id", "verifier", "q", "copy-due", 1, "EXPIRED", null, null, null, null, null, 2, "{}");
        assertThat(line(letter))
                .isEqualTo("{ \"id\" : \"id\", \"stage\" : \"verifier\", \"queue\" : \"q\", \"type\" : \"copy-due\","
                        + " \"version\" : 1, \"code\" : \"EXPIRED\", \"reason\" : null, \"hint\" : null,"
                        + " \"attempts\" : null, \"first_failed_at\" : null, \"last_failed_at\" : null,"
                        + " \"body_bytes\" : 2, \"body\" : \"{}\" }");
        assertThat(line(new HandledLetters("dead-letters replay", 1, List.of("a"), List.of())))
                .isEqualTo("{ \"command\" : \"dead-letters replay\", \"count\" : 1, \"ids\" : [ \"a\" ],"
                        + " \"gone\" : [ ] }");
    }
}
