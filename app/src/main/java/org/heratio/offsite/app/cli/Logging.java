package org.heratio.offsite.app.cli;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.pattern.CompositeConverter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.heratio.offsite.app.run.Drivers;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.text.Printable;
import org.slf4j.LoggerFactory;

/** Log lines go to standard error, plain or as JSON; standard output belongs to what a command prints. */
final class Logging {
    private static final String OURS = "org.heratio.offsite";

    /** Loggers of libraries whose failures are also thrown: a caller reports them in one line, or retries. */
    private static final List<String> TOLD_BY_US = List.of("org.flywaydb", "io.vertx.rabbitmq", "com.rabbitmq");

    /** How much is told. */
    enum Level {
        /** Warnings and errors: for commands that print what they do themselves. */
        QUIET,
        /** Progress and warnings, for {@code serve}. */
        NORMAL,
        /** Everything of ours. */
        VERBOSE
    }

    private Logging() {}

    static void configure(Settings.LogFormat format, Level level) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        end();
        root.detachAndStopAllAppenders();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder(format, context));
        if (level != Level.VERBOSE) {
            LogLimit limit = new LogLimit(context, appender::doAppend);
            limit.start();
            appender.addFilter(limit);
        }
        appender.start();
        root.addAppender(appender);
        root.setLevel(ch.qos.logback.classic.Level.WARN);
        Stream.concat(TOLD_BY_US.stream(), Drivers.all().stream().flatMap(driver -> driver.silencedLogs().stream()))
                .forEach(library -> context.getLogger(library).setLevel(ch.qos.logback.classic.Level.OFF));
        context.getLogger(OURS)
                .setLevel(
                        switch (level) {
                            case QUIET -> ch.qos.logback.classic.Level.WARN;
                            case NORMAL -> ch.qos.logback.classic.Level.INFO;
                            case VERBOSE -> ch.qos.logback.classic.Level.DEBUG;
                        });
    }

    /** Says what was left out so far. Nothing more is said of what is left out from now on. */
    static void end() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)
                .iteratorForAppenders()
                .forEachRemaining(appender -> appender.getCopyOfAttachedFiltersList()
                        .forEach(filter -> {
                            if (filter instanceof LogLimit limit) {
                                limit.flush();
                                limit.stop();
                            }
                        }));
    }

    static Encoder<ILoggingEvent> encoder(Settings.LogFormat format, LoggerContext context) {
        Encoder<ILoggingEvent> encoder = switch (format) {
            case JSON -> json();
            case PLAIN -> plain(context);
        };
        encoder.setContext(context);
        encoder.start();
        return encoder;
    }

    /** Escapes control characters: names come from outside, and must not move the cursor or start new lines. */
    private static Encoder<ILoggingEvent> plain(LoggerContext context) {
        PatternLayout layout = new PatternLayout();
        layout.getInstanceConverterMap().put("printable", PrintableText::new);
        layout.getInstanceConverterMap().put("printableLines", PrintableLines::new);
        layout.setContext(context);
        // no %n: behind a bracket it would be taken as it stands
        layout.setPattern(
                "%d{yyyy-MM-dd'T'HH:mm:ss.SSSX,UTC} %-5level %logger{0}: %printable(%msg %kvp)\n%printableLines(%ex{short})");
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setLayout(layout);
        return encoder;
    }

    private static final class PrintableText extends CompositeConverter<ILoggingEvent> {
        @Override
        protected String transform(ILoggingEvent event, String text) {
            return Printable.of(text);
        }
    }

    /** Each but the first is indented: what an exception says cannot look like a line of the log. */
    private static final class PrintableLines extends CompositeConverter<ILoggingEvent> {
        @Override
        protected String transform(ILoggingEvent event, String text) {
            return text.isEmpty()
                    ? ""
                    : text.lines().map(String::strip).map(Printable::of).collect(Collectors.joining("\n\t", "", "\n"));
        }
    }

    /** One object a line: time, level, logger, the whole message, and the keys that name what it is about. */
    private static JsonEncoder json() {
        JsonEncoder json = new JsonEncoder();
        json.setWithFormattedMessage(true);
        json.setWithMessage(false);
        json.setWithArguments(false);
        json.setWithContext(false);
        json.setWithSequenceNumber(false);
        json.setWithNanoseconds(false);
        json.setWithMDC(false);
        json.setWithMarkers(false);
        return json;
    }
}
