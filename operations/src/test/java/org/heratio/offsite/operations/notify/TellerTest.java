package org.heratio.offsite.operations.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Incident;
import org.heratio.offsite.ledger.Notice;
import org.heratio.offsite.operations.status.Alarm;
import org.heratio.offsite.operations.status.Status;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TellerTest extends NotifierFixture {
    private Teller teller;
    private Incident denied;

    @BeforeEach
    void begin() throws Exception {
        teller = new Teller(ledger, List.of(channel.name()), Duration.ofHours(12), "h1", clock);
        denied = Incident.begun(
                "copy.failed",
                "s3",
                "DESTINATION_DENIED",
                clock.millis(),
                "/backups/a.gz",
                "PUT https://ann:p4ssw0rd@s3.example.org/b was denied");
        assertThat(ledger.notices().read(null, 1, List.of(denied))).isTrue();
    }

    private static Status status(long failedAtS3) {
        return StatusFixture.of(Map.of("s3", Map.of(CopyState.FAILED, failedAtS3)));
    }

    private void tell(Status status) throws Exception {
        teller.tell(StatusLook.Seen.of(status, ledger.notices().incidents()));
    }

    private void tellAfter(Duration pause) throws Exception {
        clock.advance(pause);
        tell(status(1));
    }

    private void grow() throws Exception {
        Incident incident = ledger.notices().incidents().get(0);
        long read = ledger.notices().readUntil().orElseThrow();
        ledger.notices().read(read, read + 1, List.of(incident.again(clock.millis())));
    }

    @Test
    void whatBeginsIsToldOnceAfterHalfAMinute() throws Exception {
        tellAfter(Duration.ofSeconds(29));
        assertThat(taken()).isEmpty();

        tellAfter(Duration.ofSeconds(1));
        List<Notice> told = taken();
        tellAfter(Duration.ofHours(1));

        assertThat(told).singleElement().satisfies(notice -> {
            assertThat(notice.message()).startsWith("msg_");
            assertThat(notice.body())
                    .contains(
                            "\"type\":\"copy.failed\"",
                            "\"event\":\"began\"",
                            "\"destination\":\"s3\"",
                            "\"code\":\"DESTINATION_DENIED\"",
                            "\"count\":1",
                            "\"archive\":\"/backups/a.gz\"",
                            "\"timestamp\":\"2026-11-30T12:00:30Z\"")
                    .doesNotContain("p4ssw0rd");
        });
        assertThat(taken()).isEmpty();
    }

    @Test
    void aClockThatIsPutBackKeepsNothingFromBeingTold() throws Exception {
        tellAfter(Duration.ofDays(-1));
        assertThat(taken())
                .singleElement()
                .satisfies(notice -> assertThat(notice.body()).contains("\"event\":\"began\""));
        grow();
        tellAfter(Duration.ofDays(-1));

        assertThat(taken())
                .singleElement()
                .satisfies(notice -> assertThat(notice.body()).contains("\"event\":\"grew\""));
    }

    @Test
    void aStatusThatCannotBeHadIsToldAndEndsWithTheNextOne() throws Exception {
        tellAfter(Duration.ofSeconds(30));
        taken();
        teller.statusUnknown();
        clock.advance(Duration.ofSeconds(30));
        teller.statusUnknown();
        teller.tell(null);
        assertThat(taken())
                .singleElement()
                .satisfies(notice -> assertThat(notice.body())
                        .contains("\"type\":\"alarm.raised\"", "\"code\":\"STATUS_UNKNOWN\"", "\"count\":1"));

        tellAfter(Duration.ofMinutes(1));
        assertThat(taken())
                .singleElement()
                .satisfies(notice -> assertThat(notice.body()).contains("\"type\":\"alarm.ended\""));
    }

    @Test
    void whatGrowsIsToldEveryFiveMinutesAtMost() throws Exception {
        tellAfter(Duration.ofSeconds(30));
        taken();
        grow();
        grow();
        tellAfter(Duration.ofMinutes(4));
        assertThat(taken()).isEmpty();

        tellAfter(Duration.ofMinutes(1));
        assertThat(taken())
                .singleElement()
                .satisfies(notice -> assertThat(notice.body()).contains("\"event\":\"grew\"", "\"count\":3"));
    }

    @Test
    void whatLastsIsToldAgainWithItsDuration() throws Exception {
        tellAfter(Duration.ofSeconds(30));
        taken();
        tellAfter(Duration.ofHours(12).minusSeconds(1));
        assertThat(taken()).isEmpty();

        tellAfter(Duration.ofSeconds(1));

        assertThat(taken())
                .singleElement()
                .satisfies(notice -> assertThat(notice.body())
                        .contains("\"event\":\"lasts\"", "still, after 12 h 0 min", "\"duration_seconds\":43230"));
    }

    @Test
    void nothingIsToldAgainBeforeItWasDelivered() throws Exception {
        tellAfter(Duration.ofSeconds(30));
        grow();
        tellAfter(Duration.ofHours(13));
        tellAfter(Duration.ofHours(13));

        assertThat(taken()).hasSize(1);
    }

    @Test
    void aStatusThatIsOlderThanAFactEndsNothing() throws Exception {
        StatusLook.Seen seen = StatusLook.Seen.of(status(0), ledger.notices().incidents());
        grow();

        teller.tell(seen);

        assertThat(ledger.notices().incidents()).hasSize(1);
        tell(status(0));
        assertThat(ledger.notices().incidents()).isEmpty();
    }

    @Test
    void whatIsQueuedAgainIsNotOverUntilItIsShipped() throws Exception {
        ledger.versions().settle(new ArchiveFile("/backups/a.gz", "a.gz", 10, 1), clock.millis(), List.of("s3"), false);
        Incident elsewhere = Incident.begun("copy.failed", "localfs", "DISK_FULL", clock.millis(), "/backups/a.gz", "");
        Incident unsealed = Incident.begun("archive.failed", "", "ARCHIVE_INCOMPLETE", clock.millis(), "/b", "");
        ledger.notices().begin(elsewhere);
        ledger.notices().begin(unsealed);

        tell(status(0));

        assertThat(ledger.notices().incidents()).containsExactlyInAnyOrder(denied, unsealed);
        assertThat(taken())
                .singleElement()
                .satisfies(notice -> assertThat(notice.incident()).isEqualTo(elsewhere.name()));
    }

    @Test
    void theEndIsToldWithItsDurationAlsoOfWhatWasNotDelivered() throws Exception {
        tellAfter(Duration.ofSeconds(30));
        clock.advance(Duration.ofMinutes(59).plusSeconds(30));
        teller.tell(null);
        assertThat(ledger.notices().incidents()).as("nobody has looked").hasSize(1);

        tell(status(0));

        assertThat(taken())
                .hasSize(2)
                .last()
                .satisfies(notice -> assertThat(notice.body())
                        .contains("\"type\":\"copy.recovered\"", "\"event\":\"ended\"", "over, after 1 h 0 min"));
        assertThat(ledger.notices().incidents()).isEmpty();
        tell(status(0));
        assertThat(taken()).isEmpty();
    }

    private static Status raised(Alarm.Code... codes) {
        return StatusFixture.of(
                Map.of("s3", Map.of(CopyState.FAILED, 1L)),
                Stream.of(codes)
                        .map(code -> new Alarm(code, Alarm.Severity.CRITICAL, "as it is", null))
                        .toArray(Alarm[]::new));
    }

    private List<String> toldOfAlarms() throws Exception {
        return taken().stream()
                .map(Notice::body)
                .filter(body -> body.contains("\"type\":\"alarm."))
                .toList();
    }

    @Test
    void anAlarmIsToldOnceASecondLookFindsIt() throws Exception {
        tell(raised(Alarm.Code.PIPELINE_STOPPED));
        clock.advance(Duration.ofMinutes(1));
        teller.tell(null);
        assertThat(toldOfAlarms()).as("nobody has looked again").isEmpty();

        tell(raised(Alarm.Code.PIPELINE_STOPPED));

        assertThat(toldOfAlarms()).singleElement().asString().contains("\"event\":\"began\"");
    }

    @Test
    void anAlarmThatOneLookFoundIsNotTold() throws Exception {
        tell(raised(Alarm.Code.PIPELINE_STOPPED));
        clock.advance(Duration.ofMinutes(1));
        tell(status(1));

        assertThat(toldOfAlarms()).isEmpty();
        assertThat(ledger.notices().incidents()).hasSize(1);
    }
}
