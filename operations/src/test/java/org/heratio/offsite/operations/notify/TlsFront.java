package org.heratio.offsite.operations.notify;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** What a mail server without TLS lacks: it speaks until TLS begins, and then passes on what the two say. */
final class TlsFront implements AutoCloseable {
    private final ServerSocket server;
    private final SSLContext tls;
    private final int behind;

    private final boolean atOnce;

    /**
     * @param behind port of the server on this host
     * @param atOnce whether TLS begins with the first byte, and not by STARTTLS
     */
    TlsFront(SSLContext tls, int behind, boolean atOnce) throws IOException {
        this.atOnce = atOnce;
        this.server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        this.tls = tls;
        this.behind = behind;
        start(this::serve);
    }

    int port() {
        return server.getLocalPort();
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "tls-front");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                if (atOnce || begins(socket)) {
                    relay(socket);
                }
            } catch (IOException e) {
                // the client has gone, as it does where it does not trust the certificate
            }
        }
    }

    private static boolean begins(Socket socket) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        OutputStream out = socket.getOutputStream();
        say(out, "220 front");
        in.readLine();
        say(out, "250-front\r\n250 STARTTLS");
        boolean begins = "STARTTLS".equals(in.readLine());
        say(out, begins ? "220 go on" : "530 STARTTLS first");
        return begins;
    }

    private void relay(Socket socket) throws IOException {
        try (SSLSocket secured = (SSLSocket) tls.getSocketFactory().createSocket(socket, null, socket.getPort(), true);
                Socket other = new Socket(InetAddress.getLoopbackAddress(), behind)) {
            secured.setUseClientMode(false);
            secured.startHandshake();
            // the greeting was said before STARTTLS
            int c = atOnce ? '\n' : ' ';
            while (c != '\n') {
                c = other.getInputStream().read();
            }
            start(() -> pass(other, secured));
            pass(secured, other);
        }
    }

    private static void pass(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.close();
        } catch (IOException e) {
            // one of the two has ended
        }
    }

    private static void say(OutputStream out, String line) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
