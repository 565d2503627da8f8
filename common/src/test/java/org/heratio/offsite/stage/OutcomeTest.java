package org.heratio.offsite.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicBoolean;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Lease;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OutcomeTest {
    /** A lease that is lost when a test says so. */
    private static final class LoseableLease implements Lease {
        private final AtomicBoolean held = new AtomicBoolean(true);
        private final AtomicBoolean closed = new AtomicBoolean();

        @Override
        public boolean held() {
            return held.get();
        }

        @Override
        public void close() {
            closed.set(true);
        }
    }

    private final LoseableLease lease = new LoseableLease();

    private Outcome failing(ErrorCode code, boolean losing) throws Exception {
        return Outcome.under(lease, () -> {
            lease.held.set(!losing);
            throw new FailureException(code, "it failed");
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"DESTINATION_MISCONFIGURED", "DESTINATION_UNREACHABLE", "PAYLOAD_GONE", "UNEXPECTED"})
    void aFailureUnderALostLeaseIsNone(ErrorCode code) throws Exception {
        assertThat(failing(code, true)).isInstanceOf(Outcome.Later.class);
        assertThat(lease.closed).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"LEDGER_UNAVAILABLE", "LEDGER_REFUSED", "LEDGER_LOST", "MESSAGE_FORGED", "INTERRUPTED"})
    void whatDoesNotComeFromTheWorkStaysAFailure(ErrorCode code) {
        assertThatThrownBy(() -> failing(code, true)).isInstanceOf(FailureException.class);
        assertThat(lease.closed).isTrue();
    }

    @Test
    void aFailureUnderAHeldLeaseStaysOne() {
        assertThatThrownBy(() -> failing(ErrorCode.DESTINATION_MISCONFIGURED, false))
                .isInstanceOf(FailureException.class);
        assertThat(lease.closed).isTrue();
    }
}
