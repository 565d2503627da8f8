package org.heratio.offsite.operations.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.KnownDrivers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(HangLimit.TEST_SECONDS)
class WebhookTest {
    private static final String KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final String BODY = "{\"test\": 2432232314}";
    /** The vector of Standard Webhooks. */
    private static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(1_614_265_330), ZoneOffset.UTC);

    @TempDir
    Path directory;

    private Receiver receiver;

    @BeforeEach
    void listen() throws Exception {
        receiver = new Receiver();
    }

    @AfterEach
    void stop() {
        receiver.close();
    }

    private Webhook webhook(String url, String keys) throws Exception {
        Settings settings = KnownDrivers.settings(
                        Map.of(
                                "HOME",
                                directory.toString(),
                                "BACKUP_OFFSITE_NOTIFY_WEBHOOK_URL",
                                url,
                                "BACKUP_OFFSITE_NOTIFY_WEBHOOK_SECRET",
                                keys),
                        directory)
                .load(null);
        return new Webhook(settings.notifications().webhook(), new Http(null, Duration.ofSeconds(2)), CLOCK);
    }

    @Test
    void aMessageIsSignedAsStandardWebhooksSays() throws Exception {
        webhook(receiver.url("/hook?token=x"), KEY).send(ID, BODY);

        assertThat(receiver.received).singleElement().satisfies(request -> {
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.path()).isEqualTo("/hook?token=x");
            assertThat(request.body()).isEqualTo(BODY);
            assertThat(request.header("Content-type")).isEqualTo("application/json");
            assertThat(request.header("Webhook-id")).isEqualTo(ID);
            assertThat(request.header("Webhook-timestamp")).isEqualTo("1614265330");
            assertThat(request.header("Webhook-signature")).isEqualTo(SIGNATURE);
        });
    }

    @Test
    void whileTheKeyIsChangedEachMessageHasTheSignaturesOfBoth() throws Exception {
        webhook(receiver.url("/"), OTHER + " " + KEY).send(ID, BODY);

        assertThat(receiver.received.get(0).header("Webhook-signature").split(" ", -1))
                .hasSize(2)
                .contains(SIGNATURE);
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        receiver.answers(307);

        assertThatThrownBy(() -> webhook(receiver.url("/"), KEY).send(ID, BODY))
                .isInstanceOf(DeliveryException.class)
                .hasMessage("answered 307, and redirects are not followed");
        assertThat(receiver.received).hasSize(1);
    }

    @Test
    void whatTheReceiverRefusesIsNotDelivered() throws Exception {
        receiver.answers(500, 403);
        Webhook webhook = webhook(receiver.url("/s3cret"), KEY);

        assertThatThrownBy(() -> webhook.send(ID, BODY)).hasMessage("answered 500");
        assertThatThrownBy(() -> webhook.send(ID, BODY)).hasMessage("answered 403");
    }

    @Test
    void anAnswerWithoutAnEndIsNotRead() throws Exception {
        receiver.answers(1);

        webhook(receiver.url("/"), KEY).send(ID, BODY);

        assertThat(receiver.received).hasSize(1);
    }

    @Test
    void aReceiverThatDoesNotAnswerIsGivenUp() throws Exception {
        receiver.answers(0);

        assertThatThrownBy(() -> webhook(receiver.url("/s3cret"), KEY).send(ID, BODY))
                .isInstanceOf(DeliveryException.class)
                .hasMessage("no answer in 2 s");
    }

    @Test
    void noErrorNamesTheUrl() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }

        assertThatThrownBy(() ->
                        webhook("http://127.0.0.1:" + closed + "/s3cret", KEY).send(ID, BODY))
                .isInstanceOf(DeliveryException.class)
                .hasMessage("cannot be connected to");
        assertThatThrownBy(() -> webhook(receiver.url("/s3cret").replace("http:", "https:"), KEY)
                        .send(ID, BODY))
                .isInstanceOf(DeliveryException.class)
                .hasMessageNotContaining("s3cret");
    }

    @ParameterizedTest
    @CsvSource({"400,true", "413,true", "415,true", "422,true", "401,false", "404,false", "429,false", "500,false"})
    void anAnswerThatJudgesTheMessageRefusesIt(int answer, boolean refused) throws Exception {
        receiver.answers(answer);

        assertThatThrownBy(() -> webhook(receiver.url("/"), KEY).send(ID, BODY))
                .isInstanceOfSatisfying(
                        DeliveryException.class, e -> assertThat(e.refused()).isEqualTo(refused));
    }
}
