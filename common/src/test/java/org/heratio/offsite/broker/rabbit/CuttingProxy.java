package org.heratio.offsite.broker.rabbit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A network between us and a server that breaks when it is told to. */
public final class CuttingProxy implements AutoCloseable {
    private final ServerSocket listening;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile boolean stalled;

    public CuttingProxy(int target) throws IOException {
        this(0, target);
    }

    /** @param port to listen on, or 0 for any that is free */
    public CuttingProxy(int port, int target) throws IOException {
        this.target = target;
        listening = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        start("accept", this::accept);
    }

    public int port() {
        return listening.getLocalPort();
    }

    public int connections() {
        return connections.get();
    }

    /** Resets every connection that there is; new ones work. */
    public void reset() {
        for (Socket socket : sockets) {
            try {
                socket.setSoLinger(true, 0);
            } catch (SocketException e) {
                // closed already
            }
            end(socket);
        }
    }

    /** Lets nothing through any more, on old and new connections, and closes none. */
    public void stall() {
        stalled = true;
    }

    /** What is there is lost; new connections work. */
    public void heal() {
        stalled = false;
        reset();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket near = listening.accept();
                Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
                connections.incrementAndGet();
                sockets.add(near);
                sockets.add(far);
                start("up", () -> pump(near, far));
                start("down", () -> pump(far, near));
            } catch (IOException e) {
                // the server is down, or the proxy is closed
            }
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[8_192];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (!stalled) {
                    out.write(buffer, 0, read);
                }
            }
        } catch (IOException e) {
            // cut
        } finally {
            end(from);
            end(to);
        }
    }

    private void end(Socket socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            // gone
        }
    }

    private static void start(String name, Runnable task) {
        Thread thread = new Thread(task, "proxy-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        reset();
    }
}
