package org.heratio.offsite.operations.notify;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Pattern;
import org.heratio.offsite.ledger.Incident;
import org.heratio.offsite.operations.notify.Message.Event;
import org.heratio.offsite.operations.report.Json;
import org.heratio.offsite.operations.status.Status;
import org.heratio.offsite.text.Printable;
import org.jspecify.annotations.Nullable;

/** The words of messages. Each text is short, in one line, and without what a URL may hold before its host. */
final class Wording {
    private static final int LONGEST = 1000;
    private static final Pattern USER_INFO = Pattern.compile("://[^/\\s@]*@");

    private Wording() {}

    static Message of(Incident incident, Event event, String host, Instant now) {
        Instant since = Instant.ofEpochMilli(incident.since());
        Duration lasted = Duration.between(since, now);
        String what = subject(incident) + (incident.driver().isEmpty() ? "" : " at " + incident.driver());
        String code = incident.code().isEmpty() ? "" : ": " + incident.code();
        String title = switch (event) {
            case BEGAN -> what + code;
            case GREW -> what + ", more of them" + code;
            case LASTS -> "still, after " + words(lasted) + ": " + what + code;
            case ENDED -> "over, after " + words(lasted) + ": " + what + code;
            case NONE -> what;
        };
        return new Message(
                type(incident, event),
                now,
                new Message.Data(
                        "[" + host + "] " + title,
                        text(incident, event, since),
                        host,
                        event,
                        orNull(incident.driver()),
                        orNull(incident.code()),
                        incident.facts(),
                        since,
                        lasted.toSeconds(),
                        orNull(shown(incident.path()))));
    }

    /** Returns the type of its messages: the end has one of its own. */
    private static String type(Incident incident, Event event) {
        boolean alarm = incident.kind().equals(Kinds.ALARM);
        if (event == Event.ENDED) {
            return alarm
                    ? "alarm.ended"
                    : incident.kind().substring(0, incident.kind().indexOf('.')) + ".recovered";
        }
        return alarm ? "alarm.raised" : incident.kind();
    }

    private static String subject(Incident incident) {
        String number = incident.facts() == 1 ? "" : incident.facts() + " times: ";
        return switch (incident.kind()) {
            case Kinds.ARCHIVE_FAILED -> number + "an archive failed";
            case Kinds.COPY_FAILED -> number + "a copy failed";
            case Kinds.COPY_DAMAGED -> number + "a copy is damaged";
            case Kinds.PLACE_UNREADABLE -> number + "a place in the backup directory cannot be read";
            default -> "alarm";
        };
    }

    private static String text(Incident incident, Event event, Instant since) {
        StringBuilder text = new StringBuilder();
        if (event == Event.ENDED) {
            text.append("Nothing is left of it. ");
        }
        text.append("First at ").append(since.truncatedTo(ChronoUnit.SECONDS)).append(": ");
        text.append(shown(incident.detail().isEmpty() ? incident.code() : incident.detail()));
        if (incident.facts() > 1) {
            text.append(" Since then ").append(incident.facts() - 1).append(" more.");
        }
        if (event != Event.ENDED) {
            text.append(" 'offsite status' and 'offsite history --status failed' say what is open.");
        }
        return text.toString();
    }

    static Message summary(Status status, String host, Instant now) {
        String title = status.ok() ? "all is well" : status.alarms().size() + " alarms";
        StringBuilder text = new StringBuilder();
        text.append(status.safe().archives())
                .append(" of ")
                .append(status.safe().of())
                .append(" archives are verified at ")
                .append(String.join(", ", status.safe().drivers()))
                .append('.');
        status.alarms().stream()
                .limit(10)
                .forEach(alarm ->
                        text.append('\n').append(alarm.code()).append(": ").append(shown(alarm.text())));
        return Message.plain("summary.daily", now, host, "[" + host + "] " + title, text.toString());
    }

    static Message test(String host, Instant now) {
        return Message.plain(
                "test",
                now,
                host,
                "[" + host + "] a test of the notifications",
                "This is a test. Nothing has happened.");
    }

    static Message probe(String host, Instant now) {
        return Message.plain(
                "test",
                now,
                host,
                "[" + host + "] notifications are accepted again",
                "Messages before this one were given up. 'offsite status' says what is open.");
    }

    /** Returns the title of a message; its JSON is of any release. */
    static String title(String body) {
        return Json.read(body).get("data") instanceof Map<?, ?> data ? String.valueOf(data.get("title")) : "";
    }

    /** Returns a text as it may leave this host. */
    static String shown(String text) {
        String printable = USER_INFO.matcher(Printable.of(text)).replaceAll("://");
        return printable.length() <= LONGEST ? printable : printable.substring(0, LONGEST) + "…";
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    /** Returns a duration in its two largest units. */
    static String words(Duration duration) {
        if (duration.toDays() > 0) {
            return duration.toDays() + " d " + duration.toHoursPart() + " h";
        }
        if (duration.toHours() > 0) {
            return duration.toHours() + " h " + duration.toMinutesPart() + " min";
        }
        return duration.toMinutes() > 0 ? duration.toMinutes() + " min" : Math.max(0, duration.toSeconds()) + " s";
    }
}
