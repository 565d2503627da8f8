package org.heratio.offsite.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.junit.jupiter.api.Test;

class CopyStreamTest {
    /** Sends so many bytes, whatever it said. */
    private static final class Sending implements CopyStream.Source {
        private long left;
        private boolean finished;

        Sending(long bytes) {
            this.left = bytes;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            int read = (int) Math.min(length, left);
            Arrays.fill(buffer, offset, offset + read, (byte) 'x');
            left -= read;
            return read == 0 ? -1 : read;
        }

        @Override
        public void close(boolean finished) {
            this.finished = finished;
        }
    }

    private static CopyStream stream(Sending source, long size, long offset, long expected) {
        return new CopyStream(
                source,
                "reading a.gz",
                size,
                new CopyStream.Part(offset, expected),
                e -> new FailureException(ErrorCode.DESTINATION_IO, e.toString()));
    }

    @Test
    void anEndlessSourceEndsBehindTheLastByteThatIsExpected() throws Exception {
        Sending source = new Sending(Long.MAX_VALUE);
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        try (CopyStream in = stream(source, CopyStream.UNKNOWN, 0, 5_000)) {
            assertThatThrownBy(() -> in.transferTo(read))
                    .isInstanceOfSatisfying(
                            IOException.class,
                            e -> assertThat(CopyStream.isTooLong(e)).isTrue())
                    .hasMessageContaining("more than its 5000 bytes");
        }
        assertThat(read.size()).isEqualTo(5_000);
        assertThat(source.finished).isFalse();
    }

    @Test
    void aSourceThatSaysTooMuchIsNotRead() {
        Sending source = new Sending(10);
        assertThatThrownBy(() -> stream(source, 10, 3, 9).read()).hasMessageContaining("more than its 9 bytes");
        assertThat(source.left).isEqualTo(10);
    }

    @Test
    void aSourceOfUnknownSizeEndsWhereItEnds() throws Exception {
        Sending source = new Sending(5_000);
        try (CopyStream in = stream(source, CopyStream.UNKNOWN, 0, 5_000)) {
            assertThat(in.readAllBytes()).hasSize(5_000);
        }
        assertThat(source.finished).isTrue();
        assertThat(stream(new Sending(4_000), CopyStream.UNKNOWN, 0, 5_000).readAllBytes())
                .hasSize(4_000);
    }

    @Test
    void anOffsetBehindTheEndGivesNothing() throws Exception {
        assertThat(stream(new Sending(0), 10, 20, 10).readAllBytes()).isEmpty();
        assertThat(stream(new Sending(0), CopyStream.UNKNOWN, 20, 10).readAllBytes())
                .isEmpty();
    }

    @Test
    void anEarlyEndIsTrouble() {
        assertThatThrownBy(() -> stream(new Sending(4), 10, 0, 10).readAllBytes())
                .hasMessageContaining("6 bytes too early");
    }
}
