package org.heratio.offsite.operations.status;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.text.Printable;

/**
 * The status as the plugins of Nagios and Icinga print it: one line, its numbers behind a {@code |}, and one of four exit codes.
 *
 * @param line without a line break
 */
public record StatusCheck(Result result, String line) {

    /** What a plugin can say. */
    public enum Result {
        OK(0),
        WARNING(1),
        CRITICAL(2),
        UNKNOWN(3);

        private final int exitCode;

        Result(int exitCode) {
            this.exitCode = exitCode;
        }

        public int exitCode() {
            return exitCode;
        }
    }

    /** Returns the check of a status as it is at a time. */
    public static StatusCheck of(Status status, Instant now) {
        String numbers = " | " + String.join(" ", numbers(status, now));
        Optional<Alarm> worst = first(status, Alarm.Severity.CRITICAL).or(() -> first(status, Alarm.Severity.WARNING));
        if (worst.isEmpty()) {
            return new StatusCheck(Result.OK, head(Result.OK, well(status)) + numbers);
        }
        Alarm alarm = worst.get();
        Result result = switch (alarm.severity()) {
            case WARNING -> Result.WARNING;
            case CRITICAL -> Result.CRITICAL;
        };
        int more = status.alarms().size() - 1;
        String text = alarm.code() + ": " + alarm.text()
                + (more == 0 ? "" : " (and " + more + (more == 1 ? " more alarm)" : " more alarms)"));
        return new StatusCheck(result, head(result, text) + numbers);
    }

    private static Optional<Alarm> first(Status status, Alarm.Severity severity) {
        return status.alarms().stream()
                .filter(alarm -> alarm.severity() == severity)
                .findFirst();
    }

    /** Returns the check of a status that could not be found out. */
    public static StatusCheck failed(Result result, String text) {
        return new StatusCheck(result, head(result, text));
    }

    private static String head(Result result, String text) {
        return "OFFSITE " + result + " - " + Printable.of(text).replace('|', '/');
    }

    private static String well(Status status) {
        return status.safe().archives() + " of " + status.safe().of() + " archives are safe at "
                + String.join(", ", status.safe().drivers());
    }

    private static List<String> numbers(Status status, Instant now) {
        Instant last = status.lastScan();
        String scanned =
                last == null ? "U" : Math.max(0, Duration.between(last, now).toSeconds()) + "s";
        return List.of(
                number("archives", status.safe().of()),
                number("safe", status.safe().archives()),
                number("waiting", status.waiting().archives()),
                number(
                        "failed",
                        status.archives().getOrDefault(VersionState.FAILED, 0L) + copies(status, CopyState.FAILED)),
                number("damaged", copies(status, CopyState.CORRUPT) + copies(status, CopyState.MISSING)),
                number(
                        "unproved",
                        status.proofs().doubted().copies()
                                + status.proofs().stale().copies()),
                "last_scan=" + scanned + ";;;0");
    }

    private static String number(String name, long value) {
        return String.format(Locale.ROOT, "%s=%d;;;0", name, value);
    }

    private static long copies(Status status, CopyState state) {
        return status.safe().drivers().stream()
                .mapToLong(
                        driver -> status.copies().getOrDefault(driver, Map.of()).getOrDefault(state, 0L))
                .sum();
    }
}
