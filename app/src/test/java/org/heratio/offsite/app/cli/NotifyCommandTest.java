package org.heratio.offsite.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.heratio.offsite.app.run.ExitCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotifyCommandTest {
    @TempDir
    Path directory;

    private final AtomicInteger answer = new AtomicInteger(204);
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private Path env;
    private String out = "";

    @BeforeEach
    void listen() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(answer.get(), -1);
            exchange.close();
        });
        server.start();
        env = Files.createFile(
                directory.toRealPath().resolve(".env"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                env,
                "BACKUP_OFFSITE_NOTIFY_WEBHOOK_URL=http://127.0.0.1:"
                        + server.getAddress().getPort()
                        + "/s3cret\nBACKUP_OFFSITE_NOTIFY_WEBHOOK_SECRET=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private int test() {
        PrintStream former = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            return CommandLineFactory.create().execute("notify", "test", "--env-file", env.toString());
        } finally {
            System.setOut(former);
            out = bytes.toString(StandardCharsets.UTF_8);
        }
    }

    @Test
    void aMessageThatIsAcceptedIsASuccess() {
        assertThat(test()).isEqualTo(ExitCode.OK);

        assertThat(out).isEqualToIgnoringNewLines("webhook   accepted\n");
        assertThat(bodies).singleElement().asString().contains("\"type\":\"test\"");
    }

    @Test
    void aMessageThatIsRefusedIsAFailureThatDoesNotNameTheUrl() {
        answer.set(403);

        assertThat(test()).isEqualTo(ExitCode.FAILED);

        assertThat(out).contains("webhook   failed: answered 403").doesNotContain("s3cret");
    }

    @Test
    void withoutAChannelNothingIsTested() throws Exception {
        Files.writeString(env, "");

        assertThat(test()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void mailIsTriedBesideAndItsPasswordIsNotShown() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }
        Files.writeString(
                env,
                Files.readString(env) + "BACKUP_OFFSITE_NOTIFY_MAIL_HOST=localhost\nBACKUP_OFFSITE_NOTIFY_MAIL_PORT="
                        + closed
                        + "\nBACKUP_OFFSITE_NOTIFY_MAIL_FROM=offsite@example.org\n"
                        + "BACKUP_OFFSITE_NOTIFY_MAIL_TO=ops@example.org\nBACKUP_OFFSITE_NOTIFY_MAIL_USER=offsite\n"
                        + "BACKUP_OFFSITE_NOTIFY_MAIL_PASSWORD=p4ssw0rd\n");

        assertThat(test()).isEqualTo(ExitCode.FAILED);

        assertThat(out)
                .contains("webhook   accepted", "mail      failed: cannot be connected to")
                .doesNotContain("p4ssw0rd");
    }
}
