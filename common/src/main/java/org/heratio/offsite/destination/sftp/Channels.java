package org.heratio.offsite.destination.sftp;

import java.io.IOException;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.sftp.client.extensions.openssh.OpenSSHStatExtensionInfo;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/**
 * The channels of a destination: as many as callers work at once, and no more than hosts allow on one connection. Those at rest are used
 * again. Thread-safe.
 */
final class Channels implements AutoCloseable {
    /** OpenSSH allows ten on one connection. */
    private static final int MOST = 8;

    private static final long LOOK_MILLIS = 200;

    private final SftpConfig config;
    private final SftpFailures failures;
    private final Connection connection;
    private final Semaphore permits = new Semaphore(MOST, true);
    private final Deque<Sftp> atRest = new ConcurrentLinkedDeque<>();
    private final Set<Sftp> atWork = ConcurrentHashMap.newKeySet();
    private @Nullable ScheduledExecutorService watch;

    Channels(SftpConfig config, SftpFailures failures) {
        this.config = config;
        this.failures = failures;
        this.connection = new Connection(config, failures);
    }

    /** Work on a channel. It may be done twice, the second time on a new connection. */
    interface Work<T> {
        T on(Sftp sftp) throws IOException, FailureException, InterruptedException;
    }

    /** A channel that somebody has until it is given back. */
    final class Lease implements AutoCloseable {
        final Sftp sftp;
        final boolean used;
        private boolean well;

        private Lease(Sftp sftp, boolean used) {
            this.sftp = sftp;
            this.used = used;
        }

        /** No answer is waited for any more: the next one may have the channel. */
        void isWell() {
            well = true;
        }

        @Override
        public void close() {
            atWork.remove(sftp);
            if (well && sftp.isUsable()) {
                atRest.push(sftp);
            } else {
                sftp.close();
            }
            permits.release();
        }
    }

    /** Does something on a channel; {@code what} says what, on what. */
    <T> T with(String what, Work<T> work) throws FailureException, InterruptedException {
        while (true) {
            try (Lease lease = lease()) {
                try {
                    T result = work.on(lease.sftp);
                    lease.isWell();
                    return result;
                } catch (FailureException e) {
                    lease.isWell();
                    throw e;
                } catch (IOException e) {
                    if (SftpFailures.isAnswer(e)) {
                        FailureException failure = classified(what, e, lease);
                        lease.isWell();
                        throw failure;
                    }
                    lease.sftp.abort();
                    // a connection that rested may have ended long ago
                    if (!lease.used || lease.sftp.isStalled()) {
                        throw failures.of(what, e, null);
                    }
                }
            }
        }
    }

    /** Says what a refusal of the host means. */
    FailureException classified(String what, IOException e, Lease lease) throws InterruptedException {
        return failures.of(what, e, SftpFailures.isAnswer(e) ? disk(lease) : null);
    }

    private @Nullable OpenSSHStatExtensionInfo disk(Lease lease) throws InterruptedException {
        var there = lease.sftp.disk(config.account().path());
        return there == null ? lease.sftp.disk(parent(config.account().path())) : there;
    }

    static String parent(String path) {
        return path.substring(0, Math.max(1, path.lastIndexOf('/')));
    }

    /** Takes a channel, for which the caller has to give it back. */
    Lease lease() throws FailureException, InterruptedException {
        permits.acquire();
        boolean leased = false;
        try {
            Lease lease = take();
            atWork.add(lease.sftp);
            leased = true;
            return lease;
        } finally {
            if (!leased) {
                permits.release();
            }
        }
    }

    private Lease take() throws FailureException, InterruptedException {
        for (Sftp resting = atRest.poll(); resting != null; resting = atRest.poll()) {
            if (resting.isOpen()) {
                return new Lease(resting, true);
            }
            resting.close();
        }
        startWatch();
        return new Lease(new Sftp(connection.channel(), config.timeout()), false);
    }

    private synchronized void startWatch() {
        if (watch == null) {
            ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(work -> {
                Thread thread = new Thread(work, "sftp-watch");
                thread.setDaemon(true);
                return thread;
            });
            var unused = started.scheduleWithFixedDelay(
                    () -> atWork.forEach(Sftp::endWhenStalled), LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
            watch = started;
        }
    }

    @Override
    public void close() {
        ScheduledExecutorService started;
        synchronized (this) {
            started = watch;
            watch = null;
        }
        connection.close();
        if (started != null) {
            started.shutdownNow();
        }
    }
}
