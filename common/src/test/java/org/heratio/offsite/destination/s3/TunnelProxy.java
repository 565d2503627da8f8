package org.heratio.offsite.destination.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP proxy that wants a password, and leads every tunnel to one port of this host, whatever name is asked for. */
final class TunnelProxy implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 20, InetAddress.getLoopbackAddress());
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final int target;
    private final String authorization;

    /** @param authorization what the header has to be */
    TunnelProxy(int target, String authorization) throws IOException {
        this.target = target;
        this.authorization = authorization;
        thread(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** The first line of each request. */
    List<String> asked() {
        return asked;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                thread(() -> tunnel(client));
            } catch (IOException e) {
                // closed
            }
        }
    }

    private void tunnel(Socket client) {
        try (client;
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
            InputStream in = client.getInputStream();
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int c = in.read();
                if (c < 0) {
                    return;
                }
                head.append((char) c);
            }
            asked.add(head.substring(0, head.indexOf("\r\n")));
            boolean allowed = head.toString().toLowerCase(Locale.ROOT).contains("proxy-authorization: ")
                    && head.indexOf(authorization) >= 0;
            String answer = allowed ? "HTTP/1.1 200 OK\r\n\r\n" : "HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n";
            OutputStream out = client.getOutputStream();
            out.write(answer.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            if (allowed) {
                thread(() -> pump(server, client));
                in.transferTo(server.getOutputStream());
            }
        } catch (IOException e) {
            // either side went away
        }
    }

    private static void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // either side went away
        }
    }

    private static void thread(Runnable work) {
        Thread thread = new Thread(work, "tunnel-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
