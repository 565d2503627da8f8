package org.heratio.offsite.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(HangLimit.TEST_SECONDS)
class StepsTest {
    private static final int MIB = 1 << 20;
    private static final String NAME = "step-of-this-test";

    @AfterEach
    void noThreadIsLeft() {
        assertThat(threads()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, MIB / 4 - 1, MIB / 4, MIB / 4 + 1, MIB, 5 * MIB + 17})
    void passesOnWhatIsWrittenAndRead(int size) throws IOException {
        byte[] bytes = bytes(size);
        for (long expected : new long[] {0, Long.MAX_VALUE}) {
            ByteArrayOutputStream sink = new ByteArrayOutputStream();
            try (InputStream in = StepInput.of(new ByteArrayInputStream(bytes), NAME, expected);
                    StepOutput out = new StepOutput(sink, NAME, expected)) {
                assertThat(threads().isEmpty()).isEqualTo(expected == 0);
                in.transferTo(out);
                assertThat(in.read()).isEqualTo(-1);
                out.finish();
                out.finish();
            }
            assertThat(sink.toByteArray()).isEqualTo(bytes);
        }
    }

    @Test
    void passesOnPiecesOfAnySize() throws IOException {
        byte[] bytes = bytes(3 * MIB);
        Random random = new Random(3);
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        try (InputStream in = StepInput.of(new ByteArrayInputStream(bytes), NAME, Long.MAX_VALUE);
                StepOutput out = new StepOutput(sink, NAME, Long.MAX_VALUE)) {
            byte[] piece = new byte[MIB];
            for (int n = in.read(); n >= 0; n = in.read()) {
                out.write(n);
                n = in.read(piece, 100, random.nextInt(MIB - 100));
                out.write(piece, 100, Math.max(0, n));
            }
            out.finish();
        }
        assertThat(sink.toByteArray()).isEqualTo(bytes);
    }

    @Test
    void aFailureOfTheSourceComesAfterTheBytesBeforeIt() throws IOException {
        IOException reset = new IOException("connection reset");
        byte[] bytes = bytes(2 * MIB + 5);
        try (InputStream in = StepInput.of(
                new SequenceInputStream(new ByteArrayInputStream(bytes), failing(reset)), NAME, Long.MAX_VALUE)) {
            assertThat(in.readNBytes(bytes.length)).isEqualTo(bytes);
            assertThatThrownBy(in::read).isSameAs(reset);
            assertThatThrownBy(in::read).isSameAs(reset);
        }
    }

    @Test
    void aFailureOfTheSinkEndsTheWriter() {
        for (Throwable full :
                List.of(new IOException("full"), new IllegalStateException("bug"), new AssertionError())) {
            assertThatThrownBy(() -> {
                        try (StepOutput out = new StepOutput(failingSink(full), NAME, Long.MAX_VALUE)) {
                            for (; ; ) {
                                out.write(new byte[1000]);
                            }
                        }
                    })
                    .isSameAs(full);
            assertThatThrownBy(() -> {
                        try (StepOutput out = new StepOutput(failingSink(full), NAME, Long.MAX_VALUE)) {
                            out.write(1);
                            out.finish();
                        }
                    })
                    .isSameAs(full);
        }
    }

    @Test
    void aFailureEndsAChainOfSteps() {
        IOException full = new IOException("full");
        assertThatThrownBy(() -> {
                    try (StepOutput last = new StepOutput(failingSink(full), NAME, Long.MAX_VALUE);
                            StepOutput first = new StepOutput(last, NAME, Long.MAX_VALUE)) {
                        for (; ; ) {
                            first.write(new byte[MIB]);
                        }
                    }
                })
                .isSameAs(full);
    }

    @Test
    void whatIsNotFinishedIsDropped() throws Exception {
        Blocking blocking = new Blocking();
        try (StepOutput out = new StepOutput(blocking, NAME, Long.MAX_VALUE)) {
            out.write(new byte[MIB / 4]);
            blocking.reached.await();
        }
        assertThat(blocking.ended.getCount()).isZero();
    }

    @Test
    void aStreamThatIsClosedEarlyStopsReading() throws IOException {
        boolean[] closed = new boolean[1];
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 7;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                Arrays.fill(bytes, offset, offset + length, (byte) 7);
                return length;
            }

            @Override
            public void close() {
                closed[0] = true;
            }
        };
        InputStream in = StepInput.of(endless, NAME, Long.MAX_VALUE);
        assertThat(in.read()).isEqualTo(7);
        in.close();
        in.close();
        assertThat(closed[0]).isTrue();
        assertThatThrownBy(in::read).isInstanceOf(IOException.class);
    }

    /** The main thread waits for a free buffer, for the end of the sink, or for bytes. */
    @Test
    void anInterruptEndsEachWait() throws Exception {
        Blocking sink = new Blocking();
        assertInterrupted(sink.reached, () -> {
            try (StepOutput out = new StepOutput(sink, NAME, Long.MAX_VALUE)) {
                for (; ; ) {
                    out.write(new byte[MIB]);
                }
            }
        });
        Blocking last = new Blocking();
        assertInterrupted(last.reached, () -> {
            try (StepOutput out = new StepOutput(last, NAME, Long.MAX_VALUE)) {
                out.write(1);
                out.finish();
            }
        });
        Blocking source = new Blocking();
        assertInterrupted(source.reached, () -> {
            try (InputStream in = StepInput.of(source.input(), NAME, Long.MAX_VALUE)) {
                in.read();
            }
        });
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void assertInterrupted(CountDownLatch reached, Work work) throws InterruptedException {
        Throwable[] thrown = new Throwable[1];
        boolean[] flag = new boolean[1];
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (Throwable e) {
                thrown[0] = e;
            }
            flag[0] = Thread.currentThread().isInterrupted();
        });
        thread.start();
        reached.await();
        thread.interrupt();
        thread.join();
        assertThat(thrown[0]).isInstanceOf(InterruptedIOException.class);
        assertThat(flag[0]).isTrue();
    }

    /** Never gives nor takes a byte, until it is interrupted. */
    private static final class Blocking extends OutputStream {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(1);

        @Override
        public void write(int b) throws IOException {
            reached.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                ended.countDown();
                throw new InterruptedIOException("interrupted");
            }
        }

        InputStream input() {
            return new InputStream() {
                @Override
                public int read() throws IOException {
                    write(0);
                    return 0;
                }

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    bytes[offset] = (byte) read();
                    return 1;
                }
            };
        }
    }

    private static InputStream failing(IOException failure) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                throw failure;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                throw failure;
            }
        };
    }

    private static OutputStream failingSink(Throwable failure) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                if (failure instanceof IOException e) {
                    throw e;
                }
                if (failure instanceof RuntimeException e) {
                    throw e;
                }
                throw (Error) failure;
            }
        };
    }

    private static List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().endsWith("-" + NAME))
                .toList();
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}
