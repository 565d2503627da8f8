package org.heratio.offsite.broker.rabbit;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A server that is on its way down: it lets a client say so many bytes, and hangs up at the next. */
final class HangingUp implements AutoCloseable {
    /** What an AMQP client says before the server has answered; behind it comes the login. */
    static final int PROTOCOL_HEADER = 8;

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int target;
    private final int bytes;

    HangingUp(int target, int bytes) throws IOException {
        this.target = target;
        this.bytes = bytes;
        start("accept", this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try (Socket near = listening.accept();
                    Socket far = new Socket(InetAddress.getLoopbackAddress(), target)) {
                start("down", () -> answer(far, near));
                OutputStream out = far.getOutputStream();
                out.write(near.getInputStream().readNBytes(bytes));
                near.getInputStream().read();
            } catch (IOException e) {
                // closed
            }
        }
    }

    private static void answer(Socket far, Socket near) {
        try {
            far.getInputStream().transferTo(near.getOutputStream());
        } catch (IOException e) {
            // hung up
        }
    }

    private static void start(String name, Runnable task) {
        Thread thread = new Thread(task, "hanging-up-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
