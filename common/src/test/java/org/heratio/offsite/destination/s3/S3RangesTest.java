package org.heratio.offsite.destination.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.heratio.offsite.destination.CopyStream;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.destination.s3.ScriptedStore.Reply;
import org.heratio.offsite.destination.s3.ScriptedStore.Script;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A large object is read in ranges, several at once: its bytes come in order, all of one object, or the reading fails. */
@Timeout(HangLimit.TEST_SECONDS)
class S3RangesTest {
    private static final int SIZE = 10_500;
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

    @TempDir
    private Path temp;

    private final String content = letters();
    private final List<String> ranges = new CopyOnWriteArrayList<>();
    private final Set<String> conditions = Collections.newSetFromMap(new ConcurrentHashMap<>());
    private volatile String eTag = "\"first\"";

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 999, 1_000, 4_321, 8_400})
    void readsTheRangesInOrder(int offset) throws Exception {
        assertThat(read(this::ranged, offset, SIZE)).isEqualTo(content.substring(offset));
        assertThat(ranges).hasSize((SIZE - offset + 999) / 1_000);
        assertThat(conditions).containsExactly(eTag);
    }

    @Test
    void readsASmallObjectWithOneRequest() throws Exception {
        assertThat(read(this::ranged, SIZE - 1_500, SIZE)).isEqualTo(content.substring(SIZE - 1_500));
        assertThat(ranges).hasSize(1);
    }

    @Test
    void failsWhenTheObjectIsReplacedMeanwhile() {
        AtomicInteger asked = new AtomicInteger();
        Script replaced = exchange -> {
            if (asked.incrementAndGet() == 6) {
                eTag = "\"second\"";
            }
            return ranged(exchange);
        };

        IOException e = catchThrowableOfType(IOException.class, () -> read(replaced, 0, SIZE));

        assertThat(CopyStream.failure(e)).hasValueSatisfying(failure -> {
            assertThat(failure.failure().code()).isEqualTo(ErrorCode.DESTINATION_IO);
            assertThat(failure.failure().reason()).contains("was replaced while it was read");
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4_321})
    void readsTheWholeObjectWhereAStoreKnowsNoRanges(int offset) throws Exception {
        Script whole = exchange -> {
            ranges.add("");
            return new Reply(200, content, "ETag", eTag);
        };
        assertThat(read(whole, offset, SIZE)).isEqualTo(content.substring(offset));
        assertThat(ranges).hasSize(1);
    }

    @Test
    void readsTheWholeObjectWhereAStoreDoesNotTellItsSize() throws Exception {
        Script unsized = exchange -> {
            Reply reply = ranged(exchange);
            String range = String.valueOf(exchange.getRequestHeaders().getFirst("Range"));
            return range.equals("null")
                    ? reply
                    : new Reply(206, reply.body(), "ETag", eTag, "Content-Range", range.replace('=', ' ') + "/*");
        };
        assertThat(read(unsized, 0, SIZE)).isEqualTo(content);
    }

    @Test
    void endsBehindTheBytesBeforeAShortRange() throws Exception {
        Script shortened = exchange -> {
            Reply reply = ranged(exchange);
            boolean third = String.valueOf(exchange.getRequestHeaders().getFirst("Range"))
                    .startsWith("bytes=3000-");
            return third ? new Reply(206, reply.body().substring(0, 400), reply.headers()) : reply;
        };
        ByteArrayOutputStream to = new ByteArrayOutputStream();

        IOException e = catchThrowableOfType(IOException.class, () -> read(shortened, 0, SIZE, to));

        assertThat(e).hasMessageContaining("too early");
        assertThat(to.toString(StandardCharsets.US_ASCII)).isEqualTo(content.substring(0, 3_400));
    }

    @Test
    void saysAtOnceThatAnObjectIsLongerThanExpected() {
        ByteArrayOutputStream to = new ByteArrayOutputStream();

        IOException e = catchThrowableOfType(IOException.class, () -> read(this::ranged, 0, SIZE - 1, to));

        assertThat(CopyStream.isTooLong(e)).isTrue();
        assertThat(to.size()).isZero();
    }

    @Test
    void takesNoMoreOfARangeThanItAskedFor() {
        Script endless = exchange -> String.valueOf(
                                exchange.getRequestHeaders().getFirst("Range"))
                        .startsWith("bytes=2000-")
                ? Reply.endless(206, "ETag", eTag, "Content-Range", "bytes 2000-2999/" + SIZE)
                : ranged(exchange);

        IOException e = catchThrowableOfType(IOException.class, () -> read(endless, 0, SIZE));

        assertThat(e).hasMessageContaining("more than it was asked for");
    }

    /** Does as a store does that knows ranges. */
    private Reply ranged(HttpExchange exchange) {
        String ifMatch = exchange.getRequestHeaders().getFirst("If-Match");
        String asked = exchange.getRequestHeaders().getFirst("Range");
        ranges.add(String.valueOf(asked));
        if (ifMatch != null) {
            conditions.add(ifMatch);
        }
        if (ifMatch != null && !ifMatch.equals(eTag)) {
            return Reply.error(412, "PreconditionFailed");
        }
        if (asked == null) {
            return new Reply(200, content, "ETag", eTag);
        }
        Matcher range = RANGE.matcher(asked);
        assertThat(range.matches()).isTrue();
        int from = Integer.parseInt(range.group(1));
        int to = range.group(2).isEmpty() ? SIZE - 1 : Math.min(SIZE - 1, Integer.parseInt(range.group(2)));
        return new Reply(
                206,
                content.substring(from, to + 1),
                "ETag",
                eTag,
                "Content-Range",
                "bytes " + from + "-" + to + "/" + SIZE);
    }

    private String read(Script script, int offset, int expected) throws Exception {
        ByteArrayOutputStream to = new ByteArrayOutputStream();
        read(script, offset, expected, to);
        return to.toString(StandardCharsets.US_ASCII);
    }

    private void read(Script script, int offset, int expected, ByteArrayOutputStream to) throws Exception {
        RangedSource.Plan plan = new RangedSource.Plan(2_000, 1_000, 3);
        try (ScriptedStore store = new ScriptedStore(script);
                S3Destination destination = new S3Destination(
                        store.config(temp.resolve("state")), Clock.systemUTC(), RateLimit.NONE, plan);
                InputStream in = destination.open("a.gz", offset, expected)) {
            in.transferTo(to);
        }
    }

    private static String letters() {
        StringBuilder text = new StringBuilder();
        new Random(1).ints(SIZE, 'a', 'z' + 1).forEach(letter -> text.append((char) letter));
        return text.toString();
    }
}
