package org.heratio.offsite.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.testing.KnownDrivers;
import org.junit.jupiter.api.Test;

class SupportedTest {

    @Test
    void takesTheDefaults() {
        assertThatCode(() -> check()).doesNotThrowAnyException();
    }

    @Test
    void takesAnEmbeddedLedgerThatIsNamedByItsUrl() {
        assertThatCode(() -> check("BACKUP_OFFSITE_LEDGER_URL=jdbc:h2:file:/srv/ledger"))
                .doesNotThrowAnyException();
    }

    @Test
    void takesSettingsOfDriversThatAreNotChosen() {
        assertThatCode(() -> check("BACKUP_OFFSITE_S3_BUCKET=copies", "BACKUP_OFFSITE_S3_BANDWIDTH=2M"))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesEachSettingThatWouldBeWithoutEffect() {
        assertThat(problems("BACKUP_OFFSITE_DASHBOARD_PORT=9000", "BACKUP_OFFSITE_DASHBOARD_HOST=0.0.0.0"))
                .hasSize(2);
    }

    private static void check(String... assignments) throws ConfigException {
        Map<String, String> environment = new HashMap<>(Map.of("HOME", "/home/op"));
        Arrays.stream(assignments)
                .map(assignment -> assignment.split("=", 2))
                .forEach(parts -> environment.put(parts[0], parts[1]));
        Supported.check(
                KnownDrivers.settings(environment, Path.of("/srv/heratio")).load(null));
    }

    private static List<String> problems(String... assignments) {
        try {
            check(assignments);
            return List.of();
        } catch (ConfigException e) {
            assertThat(e.problems())
                    .allSatisfy(problem -> assertThat(problem.hint()).isNotBlank());
            return e.problems().stream().map(problem -> problem.text()).toList();
        }
    }
}
