package org.heratio.offsite.destination.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.heratio.offsite.destination.Failing.assertFails;

import org.heratio.offsite.failure.ErrorCode;
import org.junit.jupiter.api.Test;

class KeysTest {
    private final Keys keys = new Keys("p");

    @Test
    void aCopyThatHeratioPutUnderTwoSlashesIsPutThereAgain() throws Exception {
        assertThat(keys.usable(keys.name("p//a.gz").orElseThrow())).isEqualTo("p//a.gz");
    }

    @Test
    void noNameLeadsOutOfThePrefix() {
        for (String name : new String[] {"", "..", "../a", "a/../../b", "./a"}) {
            assertFails(ErrorCode.ARCHIVE_NAME_UNUSABLE, () -> keys.usable(name));
        }
    }
}
