package org.heratio.offsite.operations.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Incident;
import org.heratio.offsite.ledger.JournalEntry;
import org.heratio.offsite.operations.status.Alarm;
import org.heratio.offsite.operations.status.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KindsTest {
    private static Incident incident(String kind) {
        return Incident.begun(kind, "s3", "SOURCE_GONE", 1000, "/backups/a.gz", "it is gone");
    }

    @ParameterizedTest
    @EnumSource(names = {"FAILED", "CORRUPT", "MISSING"})
    void aFailureLastsWhileACopyOfItsDestinationIsFailedOrDamaged(CopyState state) {
        for (String kind : new String[] {Kinds.COPY_FAILED, Kinds.COPY_DAMAGED}) {
            assertThat(Kinds.isOver(incident(kind), StatusFixture.of(Map.of("s3", Map.of(state, 1L)))))
                    .isFalse();
            assertThat(Kinds.isOver(incident(kind), StatusFixture.of(Map.of("localfs", Map.of(state, 1L)))))
                    .isTrue();
        }
    }

    @Test
    void noAlarmEndsWhileTheBackupDirectoryIsUnavailable() {
        Alarm.Code away = Alarm.Code.BACKUP_DIRECTORY_UNAVAILABLE;
        Incident stopped = Incident.begun(Kinds.ALARM, "", "PIPELINE_STOPPED", 1000, "", "it stopped");
        Incident unavailable = Incident.begun(Kinds.ALARM, "", away.name(), 1000, "", "it is away");
        Status status = StatusFixture.of(Map.of(), new Alarm(away, Alarm.Severity.CRITICAL, "it is away", null));

        assertThat(Kinds.isOver(stopped, status)).isFalse();
        assertThat(Kinds.isOver(unavailable, status)).isFalse();
        assertThat(Kinds.isOver(stopped, StatusFixture.of(Map.of()))).isTrue();
        assertThat(Kinds.isOver(unavailable, StatusFixture.of(Map.of()))).isTrue();
    }

    @Test
    void aFactWithoutACodeIsToldWithoutOne() {
        JournalEntry fact = new JournalEntry(
                1, 1000, "/backups/shut", 0, 0, "", JournalEntry.Kind.UNREADABLE, "x", null, "it is shut");
        Incident incident = Kinds.incident(fact).orElseThrow();

        Message message = Wording.of(incident, Message.Event.BEGAN, "h1", Instant.ofEpochSecond(60));

        assertThat(message.data().code()).isNull();
        assertThat(message.data().title()).isEqualTo("[h1] a place in the backup directory cannot be read");
        assertThat(message.json()).contains("\"code\":null");
    }
}
