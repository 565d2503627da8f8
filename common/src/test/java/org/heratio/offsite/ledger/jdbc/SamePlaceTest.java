package org.heratio.offsite.ledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SamePlaceTest {
    @Test
    void twoSlashesAreOneOfAPathAndAnotherKeyInS3() {
        assertThat(PublicLedger.samePlace("rsync", "/srv//a.gz", "/srv/a.gz")).isTrue();
        assertThat(PublicLedger.samePlace("s3", "p//a.gz", "p/a.gz")).isFalse();
        assertThat(PublicLedger.samePlace("s3", "p//a.gz", "p//a.gz")).isTrue();
    }
}
