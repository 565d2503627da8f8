package org.heratio.offsite.operations.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.ledger.Notice;
import org.heratio.offsite.operations.inventory.ListedDirectory;
import org.heratio.offsite.operations.status.StatusService;
import org.heratio.offsite.testing.KnownDrivers;
import org.junit.jupiter.api.Test;

class SummaryTest extends NotifierFixture {
    @Test
    void eachTimeOfTheScheduleHasOneSummaryAlsoTwoOfOneDay() throws Exception {
        Settings settings = KnownDrivers.settings(
                        Map.of(
                                "HOME",
                                directory.toString(),
                                "BACKUP_OFFSITE_NOTIFY_WEBHOOK_URL",
                                "http://127.0.0.1:9/",
                                "BACKUP_OFFSITE_NOTIFY_WEBHOOK_SECRET",
                                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
                        directory)
                .load(null);
        StatusService status = new StatusService(settings, ledger, new ListedDirectory(directory), clock);
        NotifyChannels channels = new NotifyChannels(settings.notifications(), clock);
        Summary summary = new Summary(ledger, status, channels, clock);
        Instant due = clock.instant();

        summary.put(due);
        clock.advance(Duration.ofMinutes(1));
        summary.put(due);
        summary.put(due.plusSeconds(60));

        List<String> ids = taken().stream().map(Notice::message).toList();
        assertThat(ids).hasSize(3);
        assertThat(ids.get(1)).isEqualTo(ids.get(0));
        assertThat(ids.get(2)).isNotEqualTo(ids.get(0));
    }
}
