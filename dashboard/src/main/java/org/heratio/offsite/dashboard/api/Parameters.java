package org.heratio.offsite.dashboard.api;

import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Base64;
import java.util.Locale;
import org.heratio.offsite.dashboard.http.ProblemException;
import org.heratio.offsite.ledger.HistorySearch;
import org.heratio.offsite.ledger.JournalEntry;
import org.jspecify.annotations.Nullable;

/** Reads the parameters of a request, and refuses those that mean nothing. */
final class Parameters {
    private static final int USUAL = 50;
    private static final int MOST = 200;
    private static final int LONGEST = 500;

    private final RoutingContext request;

    Parameters(RoutingContext request) {
        this.request = request;
    }

    /** Returns a text; null where there is none, or an empty one. */
    @Nullable
    String text(String name) {
        String text = request.queryParams().get(name);
        if (text != null && text.length() > LONGEST) {
            throw ProblemException.badRequest("'" + name + "' is too long", null);
        }
        return text == null || text.isBlank() ? null : text;
    }

    boolean flag(String name) {
        String text = text(name);
        return text != null && (text.equals("1") || text.equals("true"));
    }

    int limit() {
        String text = text("limit");
        long limit = text == null ? USUAL : number("limit", text);
        return (int) Math.min(MOST, Math.max(1, limit));
    }

    /** Returns a number within the path. */
    long id(String name) {
        return number(name, request.pathParam(name));
    }

    /** Returns the id at which the page before ended; null for the first page. */
    @Nullable
    Long idCursor() {
        String text = text("cursor");
        return text == null ? null : number("cursor", decoded(text));
    }

    private static long number(String name, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw ProblemException.badRequest("'" + name + "' is no number", null);
        }
    }

    static String cursor(long id) {
        return encoded(Long.toString(id));
    }

    static String cursor(HistorySearch.Place place) {
        return encoded((place.at() == null ? "" : place.at()) + "|" + place.id());
    }

    HistorySearch.@Nullable Place placeCursor() {
        String text = text("cursor");
        if (text == null) {
            return null;
        }
        String[] parts = decoded(text).split("\\|", -1);
        try {
            return new HistorySearch.Place(
                    parts[0].isEmpty() ? null : LocalDateTime.parse(parts[0]),
                    number("cursor", parts[parts.length - 1]));
        } catch (DateTimeException e) {
            throw noCursor();
        }
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String decoded(String text) {
        try {
            return new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw noCursor();
        }
    }

    private static ProblemException noCursor() {
        return ProblemException.badRequest("'cursor' is not one of an earlier answer", "begin with the first page");
    }

    /**
     * Returns a time, which may be given as a day.
     *
     * @param end whether the end of the day is meant
     */
    @Nullable
    LocalDateTime time(String name, ZoneId zone, boolean end) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        try {
            return text.contains("T")
                    ? LocalDateTime.ofInstant(Instant.parse(text), zone)
                    : LocalDate.parse(text).plusDays(end ? 1 : 0).atStartOfDay();
        } catch (DateTimeException e) {
            throw ProblemException.badRequest(
                    "'" + name + "' is no day and no time", "write 2026-11-01, or 2026-11-01T03:00:00Z");
        }
    }

    JournalEntry.@Nullable Kind kind() {
        String text = text("kind");
        try {
            return text == null ? null : JournalEntry.Kind.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest("there are no events of the kind '" + text + "'", null);
        }
    }
}
