package org.heratio.offsite.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PayloadReaderTest {
    @TempDir
    Path temp;

    @Test
    void anInterruptIsNoTroubleWithThePayloadAtWhateverStep() throws Exception {
        PutRequest request = new Payloads(temp, "owner").request("a.gz", Payloads.bytes(100));
        byte[] buffer = new byte[200];
        for (int step = 0; step < 3; step++) {
            int interruptedAt = step;
            DestinationContract.onAThread(() -> {
                try (PayloadReader reader = new PayloadReader(request)) {
                    if (interruptedAt > 0) {
                        assertThat(reader.read(buffer, 0, buffer.length)).isEqualTo(100);
                    }
                    Thread.currentThread().interrupt();
                    assertThatThrownBy(() -> {
                                if (interruptedAt == 0) {
                                    reader.read(buffer, 0, buffer.length);
                                } else if (interruptedAt == 1) {
                                    reader.requireSize();
                                } else {
                                    reader.requireWhole();
                                }
                            })
                            .isInstanceOf(InterruptedException.class);
                    assertThat(Thread.interrupted()).isFalse();
                }
            });
        }
    }
}
