package org.heratio.offsite.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.text.LogMarkers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Ten thousand broken archives must not fill the disk with what is said of them. */
class LogLimitTest {
    private static final String GIVEN_UP = "code={} given up: {}";

    private final LoggerContext context = new LoggerContext();
    private final List<ILoggingEvent> said = new CopyOnWriteArrayList<>();
    private final LogLimit limit = new LogLimit(context, said::add);

    @AfterEach
    void stop() {
        limit.stop();
    }

    @Test
    void ofManyLinesOfOneCodeAFewPassAndTheRestIsCounted() {
        assertThat(passed(Level.ERROR, ErrorCode.ARCHIVE_INCOMPLETE, 1_000)).isEqualTo(LogLimit.LINES);
        assertThat(said).isEmpty();

        limit.flush();

        assertThat(said).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.ERROR);
            assertThat(line.getLoggerName()).isEqualTo(LogLimitTest.class.getName());
            assertThat(line.getFormattedMessage())
                    .startsWith("and " + (1_000 - LogLimit.LINES) + " more like this")
                    .endsWith("code=ARCHIVE_INCOMPLETE given up: number 999");
        });
        assertThat(limit.decide(said.get(0))).isEqualTo(FilterReply.NEUTRAL);
    }

    @Test
    void aFloodOfOneCodeHidesNoOtherCode() {
        passed(Level.ERROR, ErrorCode.ARCHIVE_INCOMPLETE, 1_000);

        assertThat(passed(Level.ERROR, ErrorCode.DESTINATION_DENIED, 1)).isEqualTo(1);
        assertThat(passed(Level.WARN, ErrorCode.ARCHIVE_INCOMPLETE, 1)).isEqualTo(1);
    }

    @Test
    void aFloodAtOneStageOrDestinationHidesNoOtherOne() {
        String template = "stage={} {} driver={} code={} again: {}";
        for (int i = 0; i < 100; i++) {
            passes(event(Level.WARN, template, "verifier", "copy=" + i, "s3", ErrorCode.DESTINATION_UNREACHABLE, "x"));
        }
        assertThat(passes(event(
                        Level.WARN, template, "verifier", "copy=0", "s3", ErrorCode.DESTINATION_UNREACHABLE, "x")))
                .isFalse();
        assertThat(passes(event(
                        Level.WARN, template, "verifier", "copy=0", "rsync", ErrorCode.DESTINATION_UNREACHABLE, "x")))
                .isTrue();
        assertThat(passes(event(
                        Level.WARN, template, "uploader", "copy=0", "s3", ErrorCode.DESTINATION_UNREACHABLE, "x")))
                .isTrue();
    }

    @Test
    void linesThatAreNeverSaidAgainAreListedUpToAHigherNumber() {
        int passed = 0;
        for (int i = 0; i < 300; i++) {
            LoggingEvent line = event(Level.WARN, "{}", "file " + i + " is left out");
            line.addMarker(LogMarkers.ONCE);
            passed += passes(line) ? 1 : 0;
        }
        assertThat(passed).isEqualTo(LogLimit.ONCE_LINES);
        assertThat(passes(event(Level.WARN, "{}", "something else"))).isTrue();

        limit.flush();

        assertThat(said)
                .singleElement()
                .satisfies(line -> assertThat(line.getFormattedMessage())
                        .isEqualTo("100 more like this are not listed, the last one: file 299 is left out"));
        assertThat(limit.decide(said.get(0))).isEqualTo(FilterReply.NEUTRAL);
    }

    @Test
    void theNextMinuteHasItsOwnLines() {
        passed(Level.WARN, ErrorCode.ARCHIVE_INCOMPLETE, LogLimit.LINES);
        limit.flush();

        assertThat(said).isEmpty();
        assertThat(passed(Level.WARN, ErrorCode.ARCHIVE_INCOMPLETE, 30)).isEqualTo(LogLimit.LINES);
    }

    @Test
    void whatGoesWellIsSaidOfEachArchive() {
        assertThat(passed(Level.INFO, ErrorCode.UNEXPECTED, 1_000)).isEqualTo(1_000);
    }

    @Test
    void statementsWithoutEndDoNotFillTheMemory() {
        int passed = 0;
        for (int i = 0; i < 10_000; i++) {
            passed += limit.decide(event(Level.WARN, "text " + i)) == FilterReply.DENY ? 0 : 1;
        }
        assertThat(passed).isLessThan(1_000);
    }

    private int passed(Level level, ErrorCode code, int lines) {
        int passed = 0;
        for (int i = 0; i < lines; i++) {
            passed += passes(event(level, GIVEN_UP, code, "number " + i)) ? 1 : 0;
        }
        return passed;
    }

    private boolean passes(LoggingEvent line) {
        return limit.decide(line) != FilterReply.DENY;
    }

    private LoggingEvent event(Level level, String template, Object... arguments) {
        return new LoggingEvent("", context.getLogger(LogLimitTest.class), level, template, null, arguments);
    }
}
