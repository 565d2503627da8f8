package org.heratio.offsite.ledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The options that a ledger's URL gets. */
class DialectTest {

    @Test
    void nothingIsPreparedAtAPostgresThatAPoolerMayStandBefore() {
        assertThat(Dialect.tuned("jdbc:postgresql://h/d"))
                .startsWith("jdbc:postgresql://h/d?")
                .contains("prepareThreshold=0");
    }

    @Test
    void whatTheUrlSaysStays() {
        assertThat(Dialect.tuned("jdbc:postgresql://h/d?prepareThreshold=7&socketTimeout=9"))
                .contains("prepareThreshold=7", "socketTimeout=9", "connectTimeout=10")
                .doesNotContain("prepareThreshold=0", "socketTimeout=60");
    }
}
