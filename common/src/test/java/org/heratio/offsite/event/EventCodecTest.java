package org.heratio.offsite.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.heratio.offsite.broker.Envelope;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventCodecTest {
    private final EventCodec codec = new EventCodec();

    static Stream<Event> samples() {
        return Stream.of(
                new ScanRequested("r1", ScanReason.REQUEST, List.of("s3", "rsync"), true, false, true),
                new ArchiveSettled(1, "/backups/Café \"x\"\n\uD83D\uDE00.sql.gz"),
                new PayloadReady(2, 3, "localfs"),
                new CopyReplicated(4, "s3"),
                new VerifyRequested("r2", true, "2026-01-31", "s3"),
                new VerifyRequested("", false, null, null),
                new CopyDue(5, "s3", 1_700_000_000_000L),
                new RepairRequested(6, "rsync"),
                new ScanCompleted("r1", ScanReason.START, 4, 1, 2, 1),
                new ArchiveFailed(7, "/backups/b.zip", ErrorCode.ARCHIVE_INCOMPLETE, "it ends too early"),
                new CopyVerified(8, "s3", Long.MAX_VALUE),
                new CopyFailed(9, "s3", ErrorCode.DESTINATION_DENIED, "403"),
                new WorkProgress("uploader:s3", 10, "", 0, 5_000_000_000L));
    }

    @Test
    void everyPermittedEventHasASampleHere() {
        Set<Class<?>> sampled = samples().map(Object::getClass).collect(Collectors.toSet());
        assertThat(sampled).containsExactlyInAnyOrder(Event.class.getPermittedSubclasses());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void comesBackAsItWentOut(Event event) throws FailureException {
        Envelope envelope = codec.encode(event);
        assertThat(codec.decode(envelope)).isEqualTo(event);
        assertThat(envelope.routingKey()).isEqualTo(event.routingKey());
        assertThat(envelope.version()).isEqualTo(1);
        assertThat(envelope.headers()).isEmpty();
    }

    @Test
    void readsTheReasonAsEarlierBuildsSendIt() throws FailureException {
        Event rescan = new ScanRequested("r1", ScanReason.RESCAN, List.of("s3"), false, false, false);
        Envelope sent = codec.encode(rescan);
        String body = new String(sent.body(), StandardCharsets.UTF_8);
        assertThat(body).contains("\"RESCAN\"");

        byte[] earlier = body.replace("\"RESCAN\"", "\"OVERFLOW\"").getBytes(StandardCharsets.UTF_8);
        assertThat(codec.decode(new Envelope(
                        sent.id(), sent.type(), sent.version(), sent.routingKey(), sent.headers(), earlier)))
                .isEqualTo(rescan);
    }

    @Test
    void theTypeIsTheRecordsNameInKebabCase() {
        assertThat(EventCodec.typeOf(ArchiveSettled.class)).isEqualTo("archive-settled");
        assertThat(EventCodec.typeOf(WorkProgress.class)).isEqualTo("work-progress");
        assertThat(Arrays.stream(Event.class.getPermittedSubclasses())
                        .map(type -> EventCodec.typeOf(type.asSubclass(Event.class))))
                .doesNotHaveDuplicates()
                .allMatch(type -> type.matches("[a-z]+-[a-z]+"));
    }

    @Test
    void everyPublicationHasAnIdOfItsOwn() {
        Event event = new CopyDue(5, "s3");
        assertThat(codec.encode(event).id()).isNotEqualTo(codec.encode(event).id());
    }

    @Test
    void aPathThatIsNoValidUnicodeSurvives() throws FailureException {
        Event event = new ArchiveSettled(1, "/backups/broken\uD800.gz");
        assertThat(codec.decode(codec.encode(event))).isEqualTo(event);
    }

    @Test
    void ignoresFieldsThatANewerProcessAdded() throws FailureException {
        Event event = decode("copy-due", "{\"copyId\":5,\"driver\":\"s3\",\"priority\":{\"a\":[1]}}");
        assertThat(event).isEqualTo(new CopyDue(5, "s3"));
    }

    @Test
    void aFieldThatMayBeNullMayBeMissing() throws FailureException {
        assertThat(decode("verify-requested", "{\"requestId\":\"r\",\"all\":true}"))
                .isEqualTo(new VerifyRequested("r", true, null, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no-such-event",
                "Event",
                "ids",
                "java.lang.Runtime",
                "ArchiveSettled",
                "copy-due ",
                "..",
                "\u0000"
            })
    void doesNotKnowOtherTypes(String type) {
        assertThat(codeOf(type, 1, "{}")).isEqualTo(ErrorCode.MESSAGE_UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, -1, Integer.MAX_VALUE})
    void doesNotKnowOtherVersions(int version) {
        assertThat(codeOf("copy-due", version, "{\"copyId\":5,\"driver\":\"s3\"}"))
                .isEqualTo(ErrorCode.MESSAGE_UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "true",
                "12",
                "\"copy-due\"",
                "[]",
                "[{\"copyId\":5,\"driver\":\"s3\"}]",
                "{",
                "{}",
                "garbage",
                "<xml/>",
                "{\"copyId\":5}",
                "{\"driver\":\"s3\"}",
                "{\"copyId\":null,\"driver\":\"s3\"}",
                "{\"copyId\":5,\"driver\":null}",
                "{\"copyId\":\"5\",\"driver\":\"s3\"}",
                "{\"copyId\":5.5,\"driver\":\"s3\"}",
                "{\"copyId\":true,\"driver\":\"s3\"}",
                "{\"copyId\":5,\"driver\":7}",
                "{\"copyId\":5,\"driver\":true}",
                "{\"copyId\":5,\"driver\":[\"s3\"]}",
                "{\"copyId\":5,\"driver\":{}}",
                "{\"copyId\":0,\"driver\":\"s3\"}",
                "{\"copyId\":-5,\"driver\":\"s3\"}",
                "{\"copyId\":99999999999999999999,\"driver\":\"s3\"}",
                "{\"copyId\":5,\"driver\":\"../../etc\"}",
                "{\"copyId\":5,\"copyId\":6,\"driver\":\"s3\"}",
                "{\"copyId\":5,\"driver\":\"s3\"} {\"copyId\":6,\"driver\":\"s3\"}",
                "{\"copyId\":5,\"driver\":\"s3\"} trailing",
                "{'copyId':5,'driver':'s3'}"
            })
    void whatIsNoEventIsMalformed(String body) {
        assertThat(codeOf("copy-due", 1, body)).isEqualTo(ErrorCode.MESSAGE_MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"requestId\":\"r\",\"all\":\"true\"}",
                "{\"requestId\":\"r\",\"all\":1}",
                "{\"requestId\":\"r\",\"all\":true,\"from\":\"yesterday\"}",
                "{\"requestId\":\"r\",\"all\":true,\"from\":\"+999999999-12-31\"}",
                "{\"requestId\":\"r\",\"all\":true,\"from\":\"-999999999-01-01\"}",
                "{\"requestId\":\"r\",\"all\":true,\"from\":\"+10000-01-01\"}",
                "{\"requestId\":\"r\",\"all\":true,\"from\":\"1969-12-31\"}"
            })
    void aSweepThatMakesNoSenseIsMalformed(String body) {
        assertThat(codeOf("verify-requested", 1, body)).isEqualTo(ErrorCode.MESSAGE_MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"requestId\":\"r\",\"reason\":\"WHIM\",\"drivers\":[\"s3\"],\"force\":false,\"retryFailed\":false,\"plain\":false}",
                "{\"requestId\":\"r\",\"reason\":0,\"drivers\":[\"s3\"],\"force\":false,\"retryFailed\":false,\"plain\":false}",
                "{\"requestId\":\"r\",\"reason\":\"START\",\"drivers\":[],\"force\":false,\"retryFailed\":false,\"plain\":false}",
                "{\"requestId\":\"r\",\"reason\":\"START\",\"drivers\":[null],\"force\":false,\"retryFailed\":false,\"plain\":false}",
                "{\"requestId\":\"r\",\"reason\":\"START\",\"drivers\":\"s3\",\"force\":false,\"retryFailed\":false,\"plain\":false}",
                "{\"requestId\":\"r\",\"reason\":\"START\",\"force\":false,\"retryFailed\":false,\"plain\":false}"
            })
    void aScanThatMakesNoSenseIsMalformed(String body) {
        assertThat(codeOf("scan-requested", 1, body)).isEqualTo(ErrorCode.MESSAGE_MALFORMED);
    }

    @Test
    void aBodyThatIsTooLongIsNotEvenRead() {
        String fits = "{\"versionId\":1,\"path\":\"" + "x".repeat(EventCodec.MAX_BODY - 29) + "\"}";
        assertThat(fits).hasSizeLessThanOrEqualTo(EventCodec.MAX_BODY);
        assertThat(catchThrowable(() -> decode("archive-settled", fits))).isNull();
        assertThat(codeOf("archive-settled", 1, fits + " ".repeat(100))).isEqualTo(ErrorCode.MESSAGE_MALFORMED);
        assertThat(codeOf("archive-settled", 1, " ".repeat(20_000_000))).isEqualTo(ErrorCode.MESSAGE_MALFORMED);
    }

    @Test
    void deepNestingIsMalformedAndNoStackOverflow() {
        assertThat(codeOf("copy-due", 1, "{\"x\":" + "[".repeat(100_000))).isEqualTo(ErrorCode.MESSAGE_MALFORMED);
    }

    @Test
    void quotesLittleOfWhatItRefuses() {
        String long1 = "A".repeat(100_000);
        for (String body : List.of(
                long1,
                "{\"copyId\":\"" + long1 + "\"}",
                "{\"copyId\":5,\"driver\":\"" + long1 + "\"}",
                "{\"copyId\":" + "9".repeat(900) + "}",
                "{\"" + long1.substring(0, 40_000) + "\":")) {
            FailureException e = refusal("copy-due", 1, body);
            assertThat(e.failure().reason()).hasSizeLessThan(300).doesNotContain("A".repeat(201));
            assertThat(e).hasNoCause();
        }
        FailureException unknown = refusal(long1 + "\n", 1, "{}");
        assertThat(unknown.failure().reason()).hasSizeLessThan(300).doesNotContain("\n");
    }

    @Test
    void noBytesWhateverCauseAnUncheckedException() {
        Random random = new Random(42);
        byte[] valid = codec.encode(new ScanRequested("r1", ScanReason.REQUEST, List.of("s3"), true, false, true))
                .body();
        for (int i = 0; i < 5_000; i++) {
            byte[] body = valid.clone();
            for (int flips = random.nextInt(6); flips >= 0; flips--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            byte[] cut = Arrays.copyOf(body, random.nextInt(body.length + 4));
            Throwable thrown = catchThrowable(() -> codec.decode(envelope("scan-requested", 1, cut)));
            assertThat(thrown == null || thrown instanceof FailureException)
                    .as("%s for %s", thrown, new String(cut, StandardCharsets.ISO_8859_1))
                    .isTrue();
        }
    }

    private Event decode(String type, String body) throws FailureException {
        return codec.decode(envelope(type, 1, body.getBytes(StandardCharsets.UTF_8)));
    }

    private ErrorCode codeOf(String type, int version, String body) {
        return refusal(type, version, body).failure().code();
    }

    private FailureException refusal(String type, int version, String body) {
        FailureException e = catchThrowableOfType(
                FailureException.class,
                () -> codec.decode(envelope(type, version, body.getBytes(StandardCharsets.UTF_8))));
        assertThat(e).as("refusal of %.80s", body).isNotNull();
        return e;
    }

    private static Envelope envelope(String type, int version, byte[] body) {
        return new Envelope("id", type, version, "any.key", Map.of(), body);
    }
}
