package org.heratio.offsite.operations.notify;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A mail server that answers as a test wants, by the first word of a command, and else as a good one does. */
final class SmtpScript implements AutoCloseable {
    /** An answer that never comes. */
    static final String SILENCE = "";
    /** The end of the connection. */
    static final String CLOSED = "closed";
    /** Before a line that is said without an end; the empty one has no end itself. */
    static final String ENDLESS = "endless:";

    private final ServerSocket server;
    private final Map<String, String> answers;
    private volatile Socket connection;
    final List<String> commands = new CopyOnWriteArrayList<>();

    /** @param answers to {@code CONNECT}, and to commands; of longer keys the one that a command begins with */
    SmtpScript(Map<String, String> answers) throws IOException {
        this.server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        this.answers = answers;
        Thread thread = new Thread(this::serve, "smtp-script");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return server.getLocalPort();
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                connection = socket;
                talk(socket);
            } catch (IOException e) {
                commands.add("(closed)");
            }
        }
    }

    private void talk(Socket socket) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        answer(socket, "CONNECT");
        boolean text = false;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (!text || line.equals(".")) {
                commands.add(line);
                String answer = answer(socket, line);
                text = answer.startsWith("354");
            }
        }
    }

    private String answer(Socket socket, String line) throws IOException {
        String answer = answers.entrySet().stream()
                .filter(entry -> line.startsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseGet(() -> usual(line));
        if (answer.equals(CLOSED)) {
            throw new EOFException("the test wants it so");
        }
        OutputStream out = socket.getOutputStream();
        if (answer.startsWith(ENDLESS)) {
            sayForEver(out, answer.substring(ENDLESS.length()));
        }
        if (!answer.isEmpty()) {
            out.write((answer + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }
        return answer;
    }

    /** Returns by the exception that the client has gone. */
    private static void sayForEver(OutputStream out, String line) throws IOException {
        String some = line.isEmpty() ? "x".repeat(1000) : (line + "\r\n").repeat(100);
        while (true) {
            out.write(some.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }
    }

    private static String usual(String line) {
        return switch (line.split(" ", 2)[0]) {
            case "CONNECT" -> "220 here";
            case "EHLO" -> "250-here\r\n250 AUTH PLAIN LOGIN";
            case "DATA" -> "354 go on";
            case "AUTH" -> "235 welcome";
            default -> "250 good";
        };
    }

    @Override
    public void close() throws IOException {
        server.close();
        Socket last = connection;
        if (last != null) {
            last.close();
        }
    }
}
