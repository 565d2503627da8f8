package org.heratio.offsite.ledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SamePlaceTest {
    @Test
    void twoSlashesAreOneOfAPathAndAnotherKeyInS3() {
        assertThat(PublicLedger.samePlace("/srv//a.gz", "/srv/a.gz")).isTrue();
        assertThat(PublicLedger.samePlace("p//a.gz", "p/a.gz")).isFalse();
        assertThat(PublicLedger.samePlace("p//a.gz", "p//a.gz")).isTrue();
    }
}
