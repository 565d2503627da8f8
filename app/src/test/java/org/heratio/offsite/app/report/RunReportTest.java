package org.heratio.offsite.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.heratio.offsite.event.WorkProgress;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.RequestStatus;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.operations.report.Json;
import org.heratio.offsite.operations.request.ItemProgress;
import org.heratio.offsite.operations.request.RequestFollower;
import org.heratio.offsite.operations.request.RequestSummary;
import org.heratio.offsite.stage.ManualClock;
import org.junit.jupiter.api.Test;

/** What is under way, archive by archive, in bytes and at which rate. */
class RunReportTest {
    private static final long MIB = 1 << 20;
    private static final RequestStatus.Item UPLOADING =
            item("a.sql.gz", 1, VersionState.SEALED, CopyState.PENDING, 40 * MIB);
    private static final RequestStatus.Item SEALING =
            item("b.sql.gz", 2, VersionState.SETTLED, CopyState.PENDING, 20 * MIB);
    private static final RequestStatus.Item VERIFYING =
            item("c.sql.gz", 3, VersionState.SEALED, CopyState.REPLICATED, 10 * MIB);

    private final ManualClock clock = new ManualClock();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void aLineForEachArchiveUnderWayEveryTenSeconds() {
        RunReport report = report(RunReport.Progress.LINES, false);
        goOn(report);
        poll(report);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
        clock.advance(Duration.ofSeconds(7));
        poll(report);
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "uploading a.sql.gz -> s3: 12.0 MiB of 40.0 MiB, 3.0 MiB/s",
                        "sealing   b.sql.gz: 4.0 MiB of 20.0 MiB, 1.0 MiB/s",
                        "verifying c.sql.gz -> s3: 8.0 MiB of 10.0 MiB, 2.0 MiB/s");
        poll(report);
        assertThat(err.toString(StandardCharsets.UTF_8).lines()).hasSize(3);
    }

    @Test
    void whatIsSilentIsNotUnderWayAndStrangersWorkIsNobodysBusiness() {
        RunReport report = report(RunReport.Progress.LINES, false);
        goOn(report);
        report.progress(new WorkProgress("uploader:s3", 99, "s3", 1, 2));
        clock.advance(Duration.ofSeconds(40));
        report.progress(new WorkProgress("uploader:s3", 1, "s3", 16 * MIB, 40 * MIB));
        poll(report);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("a.sql.gz").doesNotContain("b.sql.gz", "c.sql.gz");
    }

    @Test
    void aTerminalShowsThemInPlaceWithTheTotalBelow() {
        RunReport report = report(RunReport.Progress.LIVE, false);
        goOn(report);
        poll(report);
        report.ended(VERIFYING, ItemProgress.DONE);
        String drawn = err.toString(StandardCharsets.UTF_8);
        // a third of the way and 12/40 of the next; 4/20 of the first; two thirds and 8/10 of the last
        assertThat(drawn)
                .startsWith("\r\u001b[Juploading a.sql.gz -> s3: 12.0 MiB of 40.0 MiB, 3.0 MiB/s\n")
                .contains("off-site  [=======             ]  40% 28.0 MiB of 70.0 MiB, 0/3 archives\n\u001b[4A")
                .endsWith("\r\u001b[J");
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("verified  /backups/c.sql.gz -> s3:");
    }

    @Test
    void aSweepIsOnItsWayFromTheFirstByteThatIsReadBack() {
        RunReport report = report(RunReport.Progress.LIVE, true);
        RequestStatus.Item proved = item("d.gz", 4, VersionState.SEALED, CopyState.VERIFIED, 10 * MIB);
        report.progress(new WorkProgress("verifier", 4, "s3", 5 * MIB, 10 * MIB));
        report.polled(status(proved), Set.of());
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("verifying d.gz -> s3: 5.0 MiB of 10.0 MiB\n", " 50% ");
    }

    @Test
    void nothingIsShownWithJsonAndOnlyEndsWithoutATerminal() {
        for (RunReport.Progress shown : List.of(RunReport.Progress.SILENT, RunReport.Progress.ENDS)) {
            RunReport report = report(shown, false);
            goOn(report);
            clock.advance(Duration.ofSeconds(20));
            poll(report);
            report.ended(UPLOADING, ItemProgress.DONE);
            report.close();
            assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
            assertThat(out.toString(StandardCharsets.UTF_8).lines())
                    .hasSize(shown == RunReport.Progress.SILENT ? 0 : 1);
        }
    }

    @Test
    void whatFailedCanDoNothingToTheTerminal() {
        RequestStatus.Item failed = new RequestStatus.Item(
                "/b/ü.gz", 1, 1, "s3", null, null, false, null, null, "\u001b[2J.gz is\nbad", null, 1);
        report(RunReport.Progress.ENDS, false).ended(failed, ItemProgress.FAILED);
        RequestFollower.Result result =
                new RequestFollower.Result(status(failed), List.of(), List.of(), List.of(), List.of(failed), false);

        String line = "/b/ü.gz -> s3: \\u001b[2J.gz is\\nbad";
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("FAILED    " + line + System.lineSeparator());
        assertThat(new RunSummary("replicate", result).text()).startsWith("open      " + line);
        assertThat(Json.print(RequestSummary.of("replicate", result))).contains("\\u001B[2J.gz is\\nbad");
    }

    @Test
    void saysWhatCouldNotBeCheckedOfAnArchive() {
        RequestStatus.Item item = new RequestStatus.Item(
                "/b/a.zip",
                1,
                1,
                "s3",
                VersionState.SEALED,
                CopyState.VERIFIED,
                false,
                null,
                null,
                null,
                "b/a.zip.gpg",
                5,
                "the content of 4 entries, encrypted");
        report(RunReport.Progress.ENDS, false).ended(item, ItemProgress.DONE);
        RequestFollower.Result result =
                new RequestFollower.Result(status(item), List.of(item), List.of(), List.of(), List.of(), false);

        assertThat(out.toString(StandardCharsets.UTF_8).strip())
                .isEqualTo(
                        "verified  /b/a.zip -> s3:b/a.zip.gpg (5 B), not checked: the content of 4 entries, encrypted");
        assertThat(Json.print(RequestSummary.of("replicate", result)))
                .contains("\"unchecked\" : \"the content of 4 entries, encrypted\"");
    }

    /** The report of a sweep, and of a replication: neither has read the copy. */
    @Test
    void aCopyInAnArchiveTierIsNeitherVerifiedNorIntact() {
        RequestStatus.Item item = new RequestStatus.Item(
                "/b/a.gz",
                1,
                1,
                "s3",
                VersionState.SEALED,
                CopyState.VERIFIED,
                false,
                1L,
                "ARCHIVED",
                "it is in GLACIER",
                "b/a.gz.gpg",
                5);
        report(RunReport.Progress.ENDS, false).ended(item, ItemProgress.ARCHIVED);
        report(RunReport.Progress.ENDS, true).ended(item, ItemProgress.ARCHIVED);
        RequestFollower.Result result =
                new RequestFollower.Result(status(item), List.of(), List.of(item), List.of(), List.of(), false);

        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .allMatch(line -> line.startsWith("archived  /b/a.gz -> s3:b/a.gz.gpg ("))
                .allMatch(line -> line.endsWith("not verified: in an archive tier (it is in GLACIER)"))
                .hasSize(2);
        assertThat(new RunSummary("replicate", result).text())
                .contains("0 done, 1 in an archive tier, 0 failed, 0 open");
        assertThat(Json.print(RequestSummary.of("replicate", result)))
                .contains("\"archived\" : 1", "\"result\" : \"archived\"");
    }

    private RunReport report(RunReport.Progress shown, boolean checks) {
        return new RunReport(
                new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true), shown, checks, clock);
    }

    /** Four seconds of work on each of the three. */
    private void goOn(RunReport report) {
        report.progress(new WorkProgress("uploader:s3", 1, "s3", 0, 40 * MIB));
        report.progress(new WorkProgress("encryptor", 2, "", 0, 20 * MIB));
        report.progress(new WorkProgress("verifier", 3, "s3", 0, 10 * MIB));
        clock.advance(Duration.ofSeconds(4));
        report.progress(new WorkProgress("uploader:s3", 1, "s3", 12 * MIB, 40 * MIB));
        report.progress(new WorkProgress("encryptor", 2, "", 4 * MIB, 20 * MIB));
        report.progress(new WorkProgress("verifier", 3, "s3", 8 * MIB, 10 * MIB));
    }

    private static void poll(RunReport report) {
        report.polled(status(UPLOADING, SEALING, VERIFYING), Set.of());
    }

    private static RequestStatus status(RequestStatus.Item... items) {
        return new RequestStatus("r", true, items.length, 0, List.of(items));
    }

    private static RequestStatus.Item item(String name, long id, VersionState version, CopyState copy, long size) {
        return new RequestStatus.Item(
                "/backups/" + name, id, id, "s3", version, copy, false, null, null, null, "s3://b/" + name, size);
    }
}
