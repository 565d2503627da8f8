package org.heratio.offsite.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MomentTest {
    private static final ZoneId ZONE = ZoneId.of("Europe/Vienna");

    @ParameterizedTest
    @CsvSource({
        "2026-11-22 14:03, 2026-11-22T13:03:00Z",
        "2026-11-22T14:03:09, 2026-11-22T13:03:09Z",
        "2026-11-22T14:03Z, 2026-11-22T14:03:00Z",
        "2026-11-22 14:03:00+05:30, 2026-11-22T08:33:00Z",
        "2026-11-22, 2026-11-22T22:59:59.999999999Z",
        // of the hour that there is twice
        "2026-10-25 02:30+02:00, 2026-10-25T00:30:00Z"
    })
    void readsWhatPeopleWrite(String text, Instant moment) {
        assertThat(Moment.parse(text, ZONE)).isEqualTo(moment);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "22.11.2026", "2026-02-30", "2026-11-22 25:00", "14:03"})
    void refusesWhatIsNoTime(String text) {
        assertThatThrownBy(() -> Moment.parse(text, ZONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no time (hint: write 2026-11-22");
    }

    @Test
    void refusesATimeThatTheClockShowsTwice() {
        assertThatThrownBy(() -> Moment.parse("2026-10-25 02:30", ZONE))
                .hasMessageContaining("two times")
                .hasMessageContaining("2026-10-25T02:30+02:00 or 2026-10-25T02:30+01:00");
    }

    @Test
    void refusesATimeThatTheClockLeavesOut() {
        assertThatThrownBy(() -> Moment.parse("2026-03-29 02:30", ZONE))
                .hasMessageContaining("there is no 2026-03-29T02:30");
    }
}
