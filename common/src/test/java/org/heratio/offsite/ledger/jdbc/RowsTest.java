package org.heratio.offsite.ledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.junit.jupiter.api.Test;

class RowsTest {
    @Test
    void keepsTheHintOfAFailureThatIsTooLongForItsColumn() {
        String path = "/backups/" + "d".repeat(4_500);
        Failure failure =
                new Failure(ErrorCode.PATH_UNREADABLE, path + " cannot be looked at: too long", "shorten its path");

        assertThat(Rows.error(failure))
                .hasSize(4_000)
                .startsWith("/backups/ddd")
                .contains(" … ")
                .endsWith("cannot be looked at: too long (shorten its path)");
    }

    @Test
    void leavesWhatFitsAsItIs() {
        assertThat(Rows.shortened("d".repeat(4_000))).isEqualTo("d".repeat(4_000));
    }
}
