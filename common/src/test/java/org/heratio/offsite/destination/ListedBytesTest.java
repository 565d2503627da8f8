package org.heratio.offsite.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.junit.jupiter.api.Test;

class ListedBytesTest {
    private static final String LONGEST = "n".repeat(ListedBytes.LONGEST);

    private final ListedBytes bytes = new ListedBytes("listing /copies");

    @Test
    void aNameThatNoSystemOpensIsAFailure() {
        assertThat(bytes.hold(LONGEST)).isTrue();
        assertThatCode(bytes::require).doesNotThrowAnyException();

        assertThat(bytes.hold("ü".repeat(ListedBytes.LONGEST / 2) + "n")).isFalse();

        assertThatThrownBy(bytes::require).isInstanceOfSatisfying(FailureException.class, e -> {
            assertThat(e.failure().code()).isEqualTo(ErrorCode.DESTINATION_IO);
            assertThat(e.failure().reason()).isEqualTo("listing /copies: a name has more than 4096 bytes");
        });
    }

    @Test
    void moreBytesThanAreHeldForAnyListingAreAFailure() {
        long fitting = ListedBytes.MOST / ListedBytes.LONGEST;
        for (long i = 0; i < fitting; i++) {
            assertThat(bytes.hold(LONGEST)).isTrue();
        }

        assertThat(bytes.hold("n")).isFalse();

        assertThatThrownBy(bytes::require)
                .hasMessageContaining("listing /copies: its names have more than 67108864 bytes");
    }

    @Test
    void whatIsNoLongerHeldDoesNotCount() throws Exception {
        for (long i = 0; i < 2 * ListedBytes.MOST / ListedBytes.LONGEST; i++) {
            bytes.hold(LONGEST);
            bytes.require();
            bytes.release(LONGEST);
        }
    }
}
