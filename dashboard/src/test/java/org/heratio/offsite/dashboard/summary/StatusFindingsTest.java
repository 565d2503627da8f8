package org.heratio.offsite.dashboard.summary;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.heratio.offsite.operations.status.Alarm;
import org.junit.jupiter.api.Test;

class StatusFindingsTest {
    @Test
    void eachAlarmOfTheStatusThatThePageDoesNotTellIsAFindingOfItsLevel() {
        for (Alarm.Code code : Alarm.Code.values()) {
            assertThat(StatusFindings.untold(List.of(), List.of(alarm(code, Alarm.Severity.CRITICAL))))
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.level()).isEqualTo(Level.UNSAFE);
                        assertThat(finding.text()).isEqualTo("Something is wrong");
                    });
            assertThat(StatusFindings.untold(List.of(), List.of(alarm(code, Alarm.Severity.WARNING))))
                    .singleElement()
                    .matches(finding -> finding.level() == Level.ATTENTION);
        }
    }

    @Test
    void anAlarmThatThePageTellsByItsOwnCodeIsNotToldTwice() {
        Findings.Finding damaged =
                new Findings.Finding("DAMAGED", Level.UNSAFE, "localfs", 1, "1 copy is missing", null, null, null);

        assertThat(StatusFindings.untold(
                        List.of(damaged), List.of(alarm(Alarm.Code.COPIES_DAMAGED, Alarm.Severity.CRITICAL))))
                .isEmpty();
    }

    private static Alarm alarm(Alarm.Code code, Alarm.Severity severity) {
        return new Alarm(code, severity, "something is wrong", null);
    }
}
