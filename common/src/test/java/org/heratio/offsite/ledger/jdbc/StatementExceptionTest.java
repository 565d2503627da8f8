package org.heratio.offsite.ledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.heratio.offsite.ledger.jdbc.StatementException.Remedy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementExceptionTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
                    08006, 0, RECONNECT, connection lost
                    57P01, 0, RECONNECT, PostgreSQL is shut down
                    57014, 0, RECONNECT, a statement that was cancelled
                    53100, 0, RECONNECT, PostgreSQL's disk is full
                    25006, 0, RECONNECT, a transaction that may only read: a failover
                    HY000, 1290, RECONNECT, MariaDB that only reads: a failover
                    HY000, 1021, RECONNECT, MariaDB's disk is full
                    HY000, 1114, RECONNECT, a table of MariaDB's is full
                    70100, 1317, RECONNECT, a query that was killed
                    HY000, 4031, RECONNECT, MySQL had not heard of us for long
                    42000, 1226, RECONNECT, a user with too many queries
                    90028, 90028, RECONNECT, H2 cannot read or write
                    HY000, 50000, RECONNECT, H2 at a loss
                    99999, 0, RECONNECT, what nobody knows
                    40001, 0, REPEAT, lost a race
                    23505, 23505, REPEAT, duplicate key
                    23000, 1062, REPEAT, duplicate key
                    HY000, 1205, REPEAT, lock timeout
                    42S02, 1146, NONE, no such table
                    42501, 0, NONE, PostgreSQL denies
                    42000, 1142, NONE, MariaDB denies
                    28000, 1045, NONE, wrong password
                    3D000, 0, LOST, PostgreSQL: no such database
                    3D000, 1046, LOST, MariaDB: the database of this connection was dropped
                    42000, 1049, LOST, MariaDB: no such database
                    22001, 1406, NONE, too long
                    HY000, 1366, NONE, MySQL cannot store that text
                    0A000, 0, NONE, not supported
                    23502, 0, NONE, null where none may be
                    90012, 90012, NONE, a parameter is missing
                    """)
    void isForGoodOnlyWhereTheSameWillBeSaidAgain(String state, int code, Remedy remedy, String why) {
        assertThat(StatementException.of(new CompletionException(new SQLException("x", state, code)))
                        .remedy())
                .as(why)
                .isEqualTo(remedy);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    42S02 | 42102 | LOST | Table "OFFSITE_META" not found; SQL statement:
                    42S04 | 42104 | LOST | Table "OFFSITE_COPY" not found (this database is empty)
                    42S02 | 1146  | LOST | (conn=7) Table 'heratio.offsite_copy' doesn't exist
                    42P01 | 0     | LOST | ERROR: relation "offsite_copy" does not exist
                    42S02 | 1146  | NONE | (conn=7) Table 'offsite_db.ahg_backup_replication' doesn't exist
                    42P01 | 0     | NONE | ERROR: relation "ahg_backup_replication" does not exist
                    42501 | 0     | NONE | ERROR: permission denied for table offsite_copy
                    """)
    void aTableOfOursThatIsMissingIsALossAndNoOther(String state, int code, Remedy remedy, String message) {
        assertThat(StatementException.of(new SQLException(message, state, code)).remedy())
                .isEqualTo(remedy);
    }

    @Test
    void aDatabaseThatSaysNothingMayComeBack() {
        assertThat(StatementException.of(new TimeoutException()).remedy()).isEqualTo(Remedy.RECONNECT);
        assertThat(StatementException.of(new SQLException("no state")).remedy()).isEqualTo(Remedy.RECONNECT);
        assertThat(StatementException.of(new IllegalArgumentException()).remedy())
                .isEqualTo(Remedy.NONE);
    }
}
