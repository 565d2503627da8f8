package org.heratio.offsite.destination;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A TCP proxy on the loopback that counts what goes through it, and cuts or stalls when told to. */
public final class FaultProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong up = new AtomicLong();
    private final AtomicLong down = new AtomicLong();
    private final AtomicLong upLimit = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong downLimit = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong flipAt = new AtomicLong(Long.MAX_VALUE);
    private volatile boolean stalls;
    private volatile CountDownLatch healed = new CountDownLatch(0);
    private volatile CountDownLatch stalled = new CountDownLatch(1);

    /** Forwards to a port of this host. */
    public FaultProxy(int target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        thread(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Bytes that clients sent, since the last {@link #heal}. */
    public long sent() {
        return up.get();
    }

    /** Resets every connection, and each new one, once clients have sent so many more bytes. */
    public void cutAfterSending(long bytes) {
        arm(upLimit, up, bytes, false);
    }

    /** Resets every connection, and each new one, once clients have received so many more bytes. */
    public void cutAfterReceiving(long bytes) {
        arm(downLimit, down, bytes, false);
    }

    /** Lets no byte through any more once clients have sent so many; connections stay open. */
    public void stallAfterSending(long bytes) {
        arm(upLimit, up, bytes, true);
    }

    /** Lets no byte through any more once clients have received so many; connections stay open. */
    public void stallAfterReceiving(long bytes) {
        arm(downLimit, down, bytes, true);
    }

    /** Changes one byte, once, when clients have sent so many more. */
    public void flipAByteAfterSending(long bytes) {
        flipAt.set(up.get() + bytes);
    }

    /** Waits until a connection has stalled since that was asked for; false when none has for so long. */
    public boolean awaitStall(Duration atMost) throws InterruptedException {
        return stalled.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void arm(AtomicLong limit, AtomicLong count, long bytes, boolean stall) {
        healed = new CountDownLatch(1);
        stalled = new CountDownLatch(1);
        stalls = stall;
        limit.set(count.get() + bytes);
    }

    /** Everything works again, and counts from 0. What stalled or was cut is gone. */
    public void heal() {
        upLimit.set(Long.MAX_VALUE);
        downLimit.set(Long.MAX_VALUE);
        resetAll();
        healed.countDown();
        up.set(0);
        down.set(0);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        healed.countDown();
        resetAll();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                open.add(client);
                if (!stalls && (up.get() >= upLimit.get() || down.get() >= downLimit.get())) {
                    reset(client);
                    continue;
                }
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                open.add(server);
                thread(() -> pump(client, server, up, upLimit));
                thread(() -> pump(server, client, down, downLimit));
            } catch (IOException e) {
                // closed, or the server is not there: the client sees its connection end
            }
        }
    }

    private void pump(Socket from, Socket to, AtomicLong count, AtomicLong limit) {
        byte[] buffer = new byte[16 << 10];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (count.addAndGet(n) >= limit.get()) {
                    if (stalls) {
                        stalled.countDown();
                        healed.await();
                    }
                    resetAll();
                    return;
                }
                long flip = flipAt.get();
                if (count == up && count.get() >= flip && flipAt.compareAndSet(flip, Long.MAX_VALUE)) {
                    buffer[n / 2] ^= 1;
                }
                out.write(buffer, 0, n);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            reset(from);
            reset(to);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void resetAll() {
        open.forEach(this::reset);
    }

    private void reset(Socket socket) {
        open.remove(socket);
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // it is closed already
        }
    }

    private static void thread(Runnable work) {
        Thread thread = new Thread(work, "fault-proxy");
        thread.setDaemon(true);
        thread.start();
    }
}
