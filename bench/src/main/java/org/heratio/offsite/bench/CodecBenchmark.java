package org.heratio.offsite.bench;

import java.util.concurrent.TimeUnit;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.event.EventCodec;
import org.heratio.offsite.event.PayloadReady;
import org.heratio.offsite.failure.FailureException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Encoding and decoding of one message, without the broker. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class CodecBenchmark {
    private final EventCodec codec = new EventCodec();
    private final Event event = new PayloadReady(4711, 815, "s3");
    private final Envelope envelope = codec.encode(event);

    @Benchmark
    public Envelope encode() {
        return codec.encode(event);
    }

    @Benchmark
    public Event decode() throws FailureException {
        return codec.decode(envelope);
    }
}
