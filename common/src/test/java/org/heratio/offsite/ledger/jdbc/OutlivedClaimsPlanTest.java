package org.heratio.offsite.ledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** The cost of claims without a hash, in rows that the embedded database reads, beside many verified copies. */
final class OutlivedClaimsPlanTest extends PlanTestCase {
    private static final int VERIFIED = 5_000;
    private static final int CLAIMS = 5;

    @Test
    void eachClaimReadsTheVersionsOfItsOwnPathAlone() throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            versions(statement, 1, VERIFIED, "x", 2);
            copies(statement, 1, VERIFIED, "'VERIFIED'", 0, "'s'", "1");
            // older versions of the first paths
            versions(statement, VERIFIED + 1, VERIFIED + CLAIMS, "x - " + VERIFIED, 1);
            copies(statement, VERIFIED + 1, VERIFIED + CLAIMS, "'REPLICATED'", 1, "NULL", "NULL");
            statement.execute("ANALYZE");

            assertThat(scanned(JdbcHeratioClaims.COUNTS)).isLessThan(30 * CLAIMS);
            assertThat(scanned("SELECT id FROM offsite_copy WHERE state = 'REPLICATED' AND proved_at IS NULL AND "
                            + OpenClaims.NOT_OUTLIVED + " ORDER BY id LIMIT 100"))
                    .isLessThan(30 * CLAIMS);
        }
        assertThat(ledger().claims().counts()).isEmpty();
    }

    private static void versions(Statement statement, int from, int to, String path, int newestAt) throws Exception {
        statement.execute(
                "INSERT INTO offsite_version (id, path, path_hash, relative_path, size_bytes, mtime_nanos, newest_at, "
                        + "state, remote_name, remote_name_hash, plain, overwrites, landed_at, settled_at) SELECT x, '/b/' || ("
                        + path + ") || '.gz', '' || (" + path + "), x || '.gz', 1, " + newestAt + ", " + newestAt
                        + ", 'SEALED', x || '.gz', '' || x, 0, 0, 1, 1 FROM SYSTEM_RANGE(" + from + ", " + to + ")");
    }

    private static void copies(
            Statement statement, int from, int to, String state, int claimed, String sha256, String provedAt)
            throws Exception {
        statement.execute(
                "INSERT INTO offsite_copy (version_id, driver, state, remote_path, size_bytes, encrypted, plain, "
                        + "repairs, claimed, sha256, replicated_at, proved_at) SELECT x, 'localfs', " + state
                        + ", '', 0, 0, 0, 0, " + claimed + ", " + sha256 + ", 1, " + provedAt + " FROM SYSTEM_RANGE("
                        + from
                        + ", " + to + ")");
    }
}
