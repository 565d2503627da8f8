package org.heratio.offsite.app.cli;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options of the commands that run the pipeline once. */
final class RunOptions {
    @Option(
            names = "--retry-for",
            paramLabel = "<duration>",
            defaultValue = "10m",
            converter = DurationConverter.class,
            description = "how long passing troubles may last before the run ends (default: ${DEFAULT-VALUE})")
    private Duration retryFor = Duration.ofMinutes(10);

    @Option(names = "--json", description = "print one JSON object at the end (docs/json.md) and nothing else")
    private boolean json;

    Duration retryFor() {
        return retryFor;
    }

    boolean json() {
        return json;
    }

    /** {@code 90s}, {@code 10m}, {@code 2h}. */
    static final class DurationConverter implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            try {
                return Duration.parse("PT" + text.strip().toUpperCase(Locale.ROOT));
            } catch (DateTimeParseException e) {
                throw new TypeConversionException("'" + text + "' is not a duration like 90s, 10m or 2h");
            }
        }
    }
}
