package org.heratio.offsite.operations.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.heratio.offsite.config.MailSettings;
import org.heratio.offsite.config.Secret;
import org.heratio.offsite.ledger.Incident;
import org.heratio.offsite.operations.notify.Message.Event;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.TestCertificate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(HangLimit.TEST_SECONDS)
class MailChannelTest {
    private static final Duration LIMIT = Duration.ofSeconds(HangLimit.SECONDS);
    private static final Instant NOW = Instant.parse("2026-11-30T12:00:30Z");
    private static final String ID = "msg_1";
    private static final String BODY = Wording.test("h1", NOW).json();

    @TempDir
    static Path directory;

    private static TestCertificate certificate;
    private static GreenMail mail;
    private static TlsFront front;

    @BeforeAll
    static void listen() throws Exception {
        certificate = TestCertificate.selfSigned(directory.toRealPath(), "localhost");
        mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mail.start();
        mail.setUser("sender", "p4ssw0rd");
        front = new TlsFront(certificate.serving(), mail.getSmtp().getPort(), false);
    }

    @AfterAll
    static void stop() throws Exception {
        front.close();
        mail.stop();
    }

    @BeforeEach
    void empty() throws Exception {
        mail.purgeEmailFromAllMailboxes();
    }

    private static MailChannel channel(int port, MailSettings.Tls tls, String... to) {
        return channel(port, tls, LIMIT, to);
    }

    private static MailChannel channel(int port, MailSettings.Tls tls, Duration limit, String... to) {
        return new MailChannel(
                new MailSettings(
                        "localhost",
                        port,
                        tls,
                        "offsite@example.org",
                        to.length == 0 ? List.of("ops@example.org") : List.of(to),
                        "sender",
                        new Secret("p4ssw0rd")),
                certificate.certificate(),
                limit);
    }

    private static MailChannel plain(SmtpScript server, String... to) {
        return channel(server.port(), MailSettings.Tls.NONE, to);
    }

    private static String raw(MimeMessage message) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        message.writeTo(bytes);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aMessageGoesByStarttlsWithALoginToAll() throws Exception {
        channel(front.port(), MailSettings.Tls.STARTTLS, "ops@example.org", "boss@example.org")
                .send(ID, BODY);

        assertThat(mail.getReceivedMessages()).hasSize(2);
        MimeMessage sent = mail.getReceivedMessages()[0];
        assertThat(sent.getSubject()).isEqualTo("[h1] a test of the notifications");
        assertThat(sent.getContentType()).startsWith("text/plain; charset=UTF-8");
        assertThat(sent.getContent().toString()).contains("This is a test. Nothing has happened.", "message: msg_1");
        assertThat(sent.getHeader("Auto-Submitted")).containsExactly("auto-generated");
        assertThat(sent.getHeader("From")).containsExactly("Heratio Offsite <offsite@example.org>");
        assertThat(sent.getSentDate()).isEqualTo(NOW);
        assertThat(raw(sent)).doesNotContain("p4ssw0rd");
    }

    @Test
    void theSameMessageHasTheSameIdInEachAttempt() throws Exception {
        MailChannel channel = channel(mail.getSmtp().getPort(), MailSettings.Tls.NONE);
        channel.send(ID, BODY);
        channel.send(ID, BODY);

        assertThat(Stream.of(mail.getReceivedMessages()).map(sent -> header(sent, "Message-ID")))
                .containsExactly("<msg_1@example.org>", "<msg_1@example.org>");
    }

    private static String header(MimeMessage sent, String name) {
        try {
            return sent.getHeader(name, ",");
        } catch (jakarta.mail.MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aFileNameBeginsNoHeaderAndNoSecondMail() throws Exception {
        String name = "/b/Ünï\r\nBcc: evil@example.org\r\n.\r\nMAIL FROM:<evil@example.org>\u2028.gz";
        Incident incident = new Incident(
                Kinds.COPY_FAILED, "s3", "X\r\nBcc: evil@example.org", 0, 0, 1, name, "failed: " + name, 0, 0);
        channel(front.port(), MailSettings.Tls.STARTTLS)
                .send(
                        ID,
                        Wording.of(incident, Event.BEGAN, "h\r\nBcc: evil@example.org", NOW)
                                .json());

        assertThat(mail.getReceivedMessages()).hasSize(1);
        MimeMessage sent = mail.getReceivedMessages()[0];
        assertThat(sent.getHeader("Bcc")).isNull();
        assertThat(sent.getSubject()).startsWith("[h\\r\\nBcc: evil@example.org] a copy failed at s3");
        assertThat(sent.getAllRecipients()).hasSize(1);
        assertThat(sent.getContent().toString()).contains("archive: /b/Ünï\\r\\nBcc: evil@example.org");
    }

    @Test
    void aSubjectOfOtherLettersAndALongLineArrive() throws Exception {
        String text = "x".repeat(5_000) + "\n.\n..Straße";
        channel(front.port(), MailSettings.Tls.STARTTLS)
                .send(
                        ID,
                        Message.plain("test", NOW, "h1", "[h1] Straße 路 " + "y".repeat(400), text)
                                .json());

        MimeMessage sent = mail.getReceivedMessages()[0];
        assertThat(sent.getSubject()).startsWith("[h1] Straße 路 yyy").hasSizeLessThan(310);
        assertThat(sent.getContent().toString().replace("\r\n", "\n")).startsWith(text);
        assertThat(raw(sent).lines()).allMatch(line -> line.length() < 999);
        assertThat(raw(sent).split("\r\n\r\n", 2)[0].chars()).allMatch(c -> c < 127);
    }

    @Test
    void aServerWithoutStarttlsGetsNothing() throws Exception {
        try (SmtpScript server = new SmtpScript(Map.of())) {
            assertThatThrownBy(() ->
                            channel(server.port(), MailSettings.Tls.STARTTLS).send(ID, BODY))
                    .isInstanceOf(DeliveryException.class)
                    .hasMessage("does not offer STARTTLS, and nothing is sent without");
            assertThat(server.commands).noneMatch(line -> line.startsWith("AUTH") || line.startsWith("MAIL"));
        }
    }

    @Test
    void aCertificateThatIsNotTrustedOrOfAnotherNameGetsNothing() throws Exception {
        TestCertificate other = TestCertificate.selfSigned(directory.toRealPath(), "elsewhere.example");
        try (TlsFront strange = new TlsFront(other.serving(), mail.getSmtp().getPort(), false)) {
            assertThatThrownBy(() ->
                            channel(strange.port(), MailSettings.Tls.STARTTLS).send(ID, BODY))
                    .hasMessage("no TLS with a certificate that is trusted");
            MailSettings settings = new MailSettings(
                    "localhost",
                    strange.port(),
                    MailSettings.Tls.STARTTLS,
                    "a@example.org",
                    List.of("b@example.org"),
                    null,
                    null);
            assertThatThrownBy(() -> new MailChannel(settings, other.certificate(), LIMIT).send(ID, BODY))
                    .as("a name that is not the server's")
                    .hasMessage("no TLS with a certificate that is trusted");
        }
        assertThat(mail.getReceivedMessages()).isEmpty();
    }

    /** The name of 127.0.0.1 is that of the certificate: it comes from a resolver, which may say anything. */
    @Test
    void anAddressIsNotTrustedForTheNameThatAResolverGivesIt() {
        MailSettings settings = new MailSettings(
                "127.0.0.1",
                front.port(),
                MailSettings.Tls.STARTTLS,
                "a@example.org",
                List.of("b@example.org"),
                null,
                null);

        assertThatThrownBy(() -> new MailChannel(settings, certificate.certificate(), LIMIT).send(ID, BODY))
                .hasMessage("no TLS with a certificate that is trusted");
    }

    @Test
    void tlsFromTheFirstByteIsSpokenToo() throws Exception {
        try (ServerSocket server = certificate
                .serving()
                .getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> channel(server.getLocalPort(), MailSettings.Tls.STARTTLS, Duration.ofSeconds(1))
                            .send(ID, BODY))
                    .as("a port for TLS that is spoken to plainly hangs")
                    .hasMessage("no answer in 1 s");
        }
        try (TlsFront server =
                new TlsFront(certificate.serving(), mail.getSmtp().getPort(), true)) {
            channel(server.port(), MailSettings.Tls.TLS).send(ID, BODY);
        }
        assertThat(mail.getReceivedMessages()).hasSize(1);
    }

    @Test
    void aServerThatIsAwayIsNamedSo() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }

        assertThatThrownBy(() -> channel(closed, MailSettings.Tls.STARTTLS).send(ID, BODY))
                .isInstanceOf(DeliveryException.class)
                .hasMessage("cannot be connected to");
    }

    @ParameterizedTest
    @CsvSource({
        "CONNECT,421 busy with p4ssw0rd,answered 421,false",
        "CONNECT,554 no,answered 554,false",
        "AUTH,535 p4ssw0rd is wrong,the login was refused: answered 535,false",
        "MAIL,450 later,answered 450 to the sender's address,false",
        "MAIL,550 who,answered 550 to the sender's address,false",
        "RCPT,450 grey,answered 450 to ops@example.org,false",
        "RCPT,550 unknown,answered 550 to ops@example.org,false",
        "DATA,451 later,answered 451 to the message,false",
        "DATA,554 no,answered 554 to the message,true",
        ".,452 full,answered 452 to the message,false",
        ".,552 too large,answered 552 to the message,true"
    })
    void whatTheServerAnswersIsNamedByItsCode(String command, String answer, String error, boolean refused)
            throws Exception {
        try (SmtpScript server = new SmtpScript(Map.of(command, answer))) {
            assertThatThrownBy(() -> plain(server).send(ID, BODY))
                    .isInstanceOfSatisfying(DeliveryException.class, e -> {
                        assertThat(e).hasMessage(error);
                        assertThat(e.refused()).isEqualTo(refused);
                        assertThat(e.isPartly()).isFalse();
                    });
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CONNECT,closed,STARTTLS",
        "EHLO,closed,STARTTLS",
        "CONNECT,HTTP/1.1 400 Bad Request,STARTTLS",
        "AUTH,closed,NONE",
        "MAIL,closed,NONE",
        "RCPT,closed,NONE",
        "RCPT TO:<boss@,closed,NONE",
        "DATA,closed,NONE"
    })
    void aServerThatGoesAwayIsSaidToHaveDoneThat(String command, String answer, MailSettings.Tls tls) throws Exception {
        try (SmtpScript server = new SmtpScript(Map.of(command, answer))) {
            assertThatThrownBy(() -> channel(server.port(), tls, "ops@example.org", "boss@example.org")
                            .send(ID, BODY))
                    .isInstanceOfSatisfying(DeliveryException.class, e -> {
                        assertThat(e.getMessage()).matches("the connection failed(: | while the message was sent).*");
                        assertThat(e.refused()).isFalse();
                        assertThat(e.isPartly()).isFalse();
                    });
        }
    }

    @ParameterizedTest
    @CsvSource({"CONNECT", "EHLO", "AUTH", "MAIL", "DATA", "."})
    void aServerThatFallsSilentIsLeft(String command) throws Exception {
        try (SmtpScript server = new SmtpScript(Map.of(command, SmtpScript.SILENCE))) {
            assertThatThrownBy(() -> channel(server.port(), MailSettings.Tls.NONE, Duration.ofSeconds(1))
                            .send(ID, BODY))
                    .isInstanceOf(DeliveryException.class)
                    .hasMessage("no answer in 1 s");
        }
    }

    /** The library keeps an answer in memory until its end. */
    @ParameterizedTest
    @CsvSource({"CONNECT,220-wait", "CONNECT,''", "EHLO,220-wait", "EHLO,''", "MAIL,''", ".,220-wait"})
    void anAnswerWithoutAnEndIsBounded(String command, String line) throws Exception {
        try (SmtpScript server = new SmtpScript(Map.of(command, SmtpScript.ENDLESS + line))) {
            assertThatThrownBy(() -> plain(server).send(ID, BODY))
                    .isInstanceOf(DeliveryException.class)
                    .hasMessage("answered more than 256 KiB");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBoundHoldsBelowTlsToo(MailSettings.Tls tls) throws Exception {
        try (SmtpScript server = new SmtpScript(Map.of("MAIL", SmtpScript.ENDLESS + "250-wait"));
                TlsFront secured = new TlsFront(certificate.serving(), server.port(), tls == MailSettings.Tls.TLS)) {
            int port = tls == MailSettings.Tls.NONE ? server.port() : secured.port();

            assertThatThrownBy(() -> channel(port, tls).send(ID, BODY)).hasMessage("answered more than 256 KiB");
        }
    }

    @Test
    void whoCanGetItGetsItAndTheOthersAreNamed() throws Exception {
        try (SmtpScript server = new SmtpScript(Map.of("RCPT TO:<gone@", "550 unknown"))) {
            assertThatThrownBy(() ->
                            plain(server, "ops@example.org", "gone@example.org").send(ID, BODY))
                    .isInstanceOfSatisfying(DeliveryException.class, e -> {
                        assertThat(e.isPartly()).isTrue();
                        assertThat(e).hasMessage("sent to some, and answered 550 to gone@example.org");
                    });
            assertThat(server.commands).contains("RCPT TO:<ops@example.org>", ".");
        }
    }

    @Test
    void anInterruptEndsADelivery() throws Exception {
        try (SmtpScript server = new SmtpScript(Map.of("CONNECT", SmtpScript.SILENCE))) {
            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> plain(server).send(ID, BODY)).isInstanceOf(InterruptedException.class);
        }
    }
}
