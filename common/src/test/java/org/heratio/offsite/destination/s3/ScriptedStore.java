package org.heratio.offsite.destination.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.heratio.offsite.testing.HangLimit;
import org.jspecify.annotations.Nullable;

/** A store that answers what a test wants: for what no healthy server says. */
final class ScriptedStore implements AutoCloseable {
    static final int PART = 10_000;

    private final HttpServer server;
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final AtomicInteger endless = new AtomicInteger();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    /** What to answer to a request whose body was read. */
    interface Script {
        Reply to(HttpExchange request);
    }

    /** An answer; {@code headers} are names and values by turns. */
    @SuppressWarnings("ArrayRecordComponent") // sent, never compared
    record Reply(int status, String body, String... headers) {
        /** No answer: the connection is closed. */
        static final Reply CUT = new Reply(0, "");

        private static final String ENDLESS = "without end";

        /** A header of an endless answer that states a size, a TiB. */
        static final String SIZED = "X-Sized";

        /** An answer whose body has no end. */
        static Reply endless(int status, String... headers) {
            return new Reply(status, ENDLESS, headers);
        }

        static Reply error(int status, String code) {
            return new Reply(status, "<Error><Code>" + code + "</Code><Message>as scripted</Message></Error>");
        }
    }

    ScriptedStore(Script script) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(executor);
        server.createContext("/", request -> {
            try (request) {
                asked.add(request.getRequestMethod() + " " + request.getRequestURI());
                // read now, whatever the script does with it: an answer in the middle of a body looks like a broken
                // connection
                byte[] body = request.getRequestBody().readAllBytes();
                request.setStreams(new ByteArrayInputStream(body), null);
                Reply reply = script.to(request);
                if (reply.status() != Reply.CUT.status()) {
                    answer(request, reply);
                }
            }
        });
        server.start();
    }

    private void answer(HttpExchange request, Reply reply) throws IOException {
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i + 1 < reply.headers().length; i += 2) {
            request.getResponseHeaders().add(reply.headers()[i], reply.headers()[i + 1]);
        }
        boolean head = request.getRequestMethod().equals("HEAD");
        if (reply.body().equals(Reply.ENDLESS) && !head) {
            request.sendResponseHeaders(reply.status(), List.of(reply.headers()).contains(Reply.SIZED) ? 1L << 40 : 0);
            writeWithoutEnd(request.getResponseBody());
            return;
        }
        boolean empty = head || reply.status() == 204 || body.length == 0;
        request.sendResponseHeaders(reply.status(), empty ? -1 : body.length);
        if (!empty) {
            request.getResponseBody().write(body);
        }
    }

    /** Ends when the client does not read on. */
    private void writeWithoutEnd(OutputStream body) throws IOException {
        byte[] bytes = new byte[8192];
        Arrays.fill(bytes, (byte) 'x');
        endless.incrementAndGet();
        try {
            while (!Thread.currentThread().isInterrupted()) {
                body.write(bytes);
            }
        } finally {
            endless.decrementAndGet();
        }
    }

    /** Returns how many endless answers somebody still reads. */
    int endless() {
        return endless.get();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** How to reach it with a key: parts of 10,000 bytes, and little patience. */
    S3Config config(Path stateDir) {
        return config(new S3Config.Credentials("key", "secret", null), stateDir);
    }

    /** The same with other credentials, or with those that the SDK finds. */
    S3Config config(S3Config.@Nullable Credentials credentials, Path stateDir) {
        var place = new S3Config.Place("bucket", "us-east-1", URI.create("http://127.0.0.1:" + port()), true, "prefix");
        return S3Config.of(place, new S3Config.Access(credentials, null, null), stateDir)
                .with(new S3Config.Limits(2, 1_000, PART, PART, 255))
                .with(new S3Config.Timeouts(HangLimit.STEP, HangLimit.STEP));
    }

    /** Method and path of each request, in order. */
    List<String> asked() {
        return asked;
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
