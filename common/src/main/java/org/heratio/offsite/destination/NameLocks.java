package org.heratio.offsite.destination;

import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/** Keeps puts of one name apart in this process, so that they do not mix payload and sidecar. Thread-safe. */
public final class NameLocks {
    private static final int LOCKS = 64;

    private final ReentrantLock[] locks =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toArray(ReentrantLock[]::new);

    /** The lock of a name, held by the thread that took it. */
    public static final class Held implements AutoCloseable {
        private final ReentrantLock lock;

        private Held(ReentrantLock lock) {
            this.lock = lock;
        }

        @Override
        public void close() {
            lock.unlock();
        }
    }

    /** Waits for the lock of a name. Names may share a lock, so that a thread holds one at a time. */
    public Held hold(String name) throws InterruptedException {
        ReentrantLock lock = locks[Math.floorMod(name.hashCode(), LOCKS)];
        lock.lockInterruptibly();
        return new Held(lock);
    }
}
