package org.heratio.offsite.destination;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/** A destination that fails when a test wants it to; else it is the one behind it. */
public final class FaultyDestination extends ForwardingDestination {

    private final String driver;
    private final Destination real;
    private final AtomicInteger puts = new AtomicInteger();
    private final AtomicInteger accepts = new AtomicInteger();
    private final AtomicInteger opens = new AtomicInteger();
    private volatile @Nullable ErrorCode trouble;
    private volatile @Nullable ErrorCode acceptsNothing;
    private volatile boolean diesAfterPut;
    private volatile boolean exclusive = true;
    private volatile UnaryOperator<InputStream> streams = UnaryOperator.identity();
    private volatile BeforePut beforePut = request -> {};

    public FaultyDestination(Destination real) {
        this(real.driver(), real);
    }

    /** Looks at a put before it is made, and may hold it up or let it fail. */
    @FunctionalInterface
    public interface BeforePut {
        void look(PutRequest request) throws FailureException, InterruptedException;
    }

    /** Stands for another driver than the one behind it. */
    public FaultyDestination(String driver, Destination real) {
        this.driver = driver;
        this.real = real;
    }

    @Override
    public String driver() {
        return driver;
    }

    /** From now on every call fails so; null ends it. */
    public void failWith(@Nullable ErrorCode code) {
        trouble = code;
    }

    /** The next put is made, and then the process is gone, as far as the caller can tell. */
    public void dieAfterPut() {
        diesAfterPut = true;
    }

    /** From now on it says that of two puts at one name each may win. */
    public void excludeNobody() {
        exclusive = false;
    }

    /** From now on what is there already is refused so; null ends it. */
    public void acceptNothing(@Nullable ErrorCode code) {
        acceptsNothing = code;
    }

    /** What is read goes through this. */
    public void streams(UnaryOperator<InputStream> wrapper) {
        streams = wrapper;
    }

    /** From now on this is called before each put. */
    public void beforePuts(BeforePut look) {
        beforePut = look;
    }

    /** How many puts were begun. */
    public int puts() {
        return puts.get();
    }

    /** How often it was told to take what is there already. */
    public int accepts() {
        return accepts.get();
    }

    /** How often a copy was opened. */
    public int opens() {
        return opens.get();
    }

    @Override
    protected Destination real() throws FailureException {
        ErrorCode code = trouble;
        if (code != null) {
            throw new FailureException(code, "a fault of the test's");
        }
        return real;
    }

    @Override
    protected Destination always() {
        return real;
    }

    @Override
    public Stored put(PutRequest request) throws FailureException, InterruptedException {
        Destination to = real();
        puts.incrementAndGet();
        beforePut.look(request);
        Stored stored = to.put(request);
        if (diesAfterPut) {
            diesAfterPut = false;
            throw new InterruptedException("killed by the test");
        }
        return stored;
    }

    @Override
    public void accept(PutRequest request) throws FailureException, InterruptedException {
        Destination to = real();
        accepts.incrementAndGet();
        ErrorCode refusal = acceptsNothing;
        if (refusal != null) {
            throw new FailureException(refusal, "a fault of the test's");
        }
        to.accept(request);
    }

    @Override
    public InputStream open(String name, long offset, long expected) throws FailureException, InterruptedException {
        Destination to = real();
        opens.incrementAndGet();
        return streams.apply(to.open(name, offset, expected));
    }

    @Override
    public boolean announce(Installation self) throws FailureException, InterruptedException {
        return super.announce(self) && exclusive;
    }

    /** A stream that ends, or breaks, after some bytes. */
    public static InputStream cut(InputStream in, long after, boolean loudly) {
        return new FilterInputStream(in) {
            private long left = after;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (left == 0 && loudly) {
                    throw new IOException("Connection reset");
                }
                int n = left == 0 ? -1 : super.read(bytes, offset, (int) Math.min(length, left));
                left -= Math.max(n, 0);
                return n;
            }
        };
    }
}
