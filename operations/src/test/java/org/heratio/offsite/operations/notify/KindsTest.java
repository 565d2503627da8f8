package org.heratio.offsite.operations.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Incident;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KindsTest {
    private static Incident incident(String kind) {
        return Incident.begun(kind, "s3", "SOURCE_GONE", 1000, "/backups/a.gz", "it is gone");
    }

    @ParameterizedTest
    @EnumSource(names = {"FAILED", "CORRUPT", "MISSING"})
    void aFailureLastsWhileACopyOfItsDestinationIsFailedOrDamaged(CopyState state) {
        for (String kind : new String[] {Kinds.COPY_FAILED, Kinds.COPY_DAMAGED}) {
            assertThat(Kinds.isOver(incident(kind), StatusFixture.of(Map.of("s3", Map.of(state, 1L)))))
                    .isFalse();
            assertThat(Kinds.isOver(incident(kind), StatusFixture.of(Map.of("localfs", Map.of(state, 1L)))))
                    .isTrue();
        }
    }
}
