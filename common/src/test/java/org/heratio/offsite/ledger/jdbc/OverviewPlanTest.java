package org.heratio.offsite.ledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** The cost of what the page asks every few seconds, in rows that the embedded database reads. */
final class OverviewPlanTest extends PlanTestCase {
    private static final int COPIES = 5_000;

    @Test
    void staleProofsAreCountedByTheIndexOfTheirDestination() throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO offsite_copy (version_id, driver, state, remote_path, size_bytes, encrypted, plain, repairs, "
                            + "claimed, proved_at) SELECT x, 'localfs', 'VERIFIED', '', 0, 0, 0, 0, 0, x FROM SYSTEM_RANGE(1, "
                            + COPIES + ")");
            statement.execute("ANALYZE");
        }
        assertThat(plan(JdbcOverview.STALE, "localfs", "VERIFIED", 10L))
                .containsIgnoringCase("offsite_copy_driver_proved")
                .containsPattern("scanCount: 1?\\d\\b");
    }

    @Test
    void theLastAttemptsOfAStageAreReadWithoutThoseBeforeThem() throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO offsite_attempt (subject, stage, attempt, code, reason, noted_at) "
                    + "SELECT 'copy:1', 'uploader:localfs', 1, 'DESTINATION_IO', 'broken', x FROM SYSTEM_RANGE(1, "
                    + COPIES + ")");
            statement.execute("ANALYZE");
        }
        assertThat(plan(JdbcRetries.RECENT, "uploader:localfs", COPIES - 10L))
                .containsIgnoringCase("offsite_attempt_stage")
                .doesNotContainPattern("scanCount: (?!20\\d\\b)\\d{3,}");
    }
}
