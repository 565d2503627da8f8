package org.heratio.offsite.stage;

import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.event.EventCodec;
import org.heratio.offsite.event.WorkProgress;

/** Publishes the progress of one attempt, at most twice a second for each piece of work. Reports may be lost and never wait. */
final class ProgressReports implements ProgressSink {
    private static final long INTERVAL_MILLIS = 500;

    private record Work(long versionId, String driver) {}

    private final String stage;
    private final Broker broker;
    private final EventCodec codec;
    private final Clock clock;
    private final StageMeter meter;
    private final Map<Work, Long> last = new ConcurrentHashMap<>();
    private final Map<Work, AtomicLong> most = new ConcurrentHashMap<>();
    private final AtomicBoolean underWay = new AtomicBoolean();

    ProgressReports(String stage, Broker broker, EventCodec codec, Clock clock, StageMeter meter) {
        this.stage = stage;
        this.broker = broker;
        this.codec = codec;
        this.clock = clock;
        this.meter = meter;
    }

    @Override
    public void report(long versionId, String driver, long done, long total) {
        if (versionId <= 0) {
            return;
        }
        Work work = new Work(versionId, driver);
        count(work, done);
        long now = clock.millis();
        Long before = last.get(work);
        if (before != null && now - before < INTERVAL_MILLIS) {
            return;
        }
        // while the broker is slow or away, reports must not pile up
        if (underWay.compareAndSet(false, true)) {
            last.put(work, now);
            broker.publish(codec.encode(new WorkProgress(stage, versionId, driver, done, total)))
                    .onComplete(ignored -> underWay.set(false));
        }
    }

    /** Several threads may report parts of one work, and not in their order. */
    private void count(Work work, long done) {
        long before = most.computeIfAbsent(work, any -> new AtomicLong()).getAndAccumulate(done, Math::max);
        if (done > before) {
            meter.moved(stage, done - before);
        }
    }
}
