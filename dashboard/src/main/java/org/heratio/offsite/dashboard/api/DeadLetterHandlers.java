package org.heratio.offsite.dashboard.api;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.heratio.offsite.dashboard.http.Answers;
import org.heratio.offsite.dashboard.http.Problem;
import org.heratio.offsite.dashboard.http.ProblemException;
import org.heratio.offsite.dashboard.http.RequestBody;
import org.heratio.offsite.dashboard.login.Gate;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Journal;
import org.heratio.offsite.ledger.JournalEntry;
import org.heratio.offsite.ledger.Lease;
import org.heratio.offsite.operations.deadletters.DeadLetter;
import org.heratio.offsite.operations.deadletters.DeadLetters;
import org.heratio.offsite.operations.deadletters.Selection;
import org.jspecify.annotations.Nullable;

/** Lists dead letters by their cause, and replays or discards those of one cause. One look serves all who ask within some seconds. */
public final class DeadLetterHandlers {
    private static final Selection ALL = new Selection(List.of(), null, null);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long FRESH = Duration.ofSeconds(3).toNanos();
    private static final int SHOWN = 5;
    private static final int COUNTED = 10_000;

    private final Answers answers;
    private final DeadLetters letters;
    private final Journal journal;
    private @Nullable Groups last;
    private long lookedAt;

    public DeadLetterHandlers(Answers answers, DeadLetters letters, Journal journal) {
        this.answers = answers;
        this.letters = letters;
        this.journal = journal;
    }

    private record Groups(List<Group> groups, long total, boolean totalIsCapped) {}

    private record Group(
            String code,
            @Nullable String destination,
            String stage,
            int count,
            @Nullable String hint,
            @Nullable String oldestAt,
            @Nullable String newestAt,
            List<Letter> letters,
            Replay replay) {}

    private record Letter(
            String id,
            @Nullable String path,
            @Nullable String error,
            @Nullable String at) {}

    private record Replay(String preview) {}

    private record Handled(int done, int failed) {}

    private record Cause(String code, String stage) {
        static Cause of(DeadLetter letter) {
            return new Cause(letter.code(), letter.stage());
        }

        @Nullable
        String destination() {
            return stage.startsWith("uploader:") ? stage.substring("uploader:".length()) : null;
        }
    }

    /** Which letters are meant: one, or all of a cause. */
    private record Filter(
            @Nullable String id,
            @Nullable String code,
            @Nullable String stage,
            @Nullable String destination) {
        static Filter of(JsonObject body) {
            if (!(body.getValue("filter") instanceof JsonObject filter)) {
                throw ProblemException.badRequest("'filter' has to say which letters are meant", null);
            }
            Filter given = new Filter(
                    text(filter, "id"), text(filter, "code"), text(filter, "stage"), text(filter, "destination"));
            if (given.id == null && (given.code == null || given.stage == null)) {
                throw ProblemException.badRequest("'filter' needs an id, or a code and a stage", null);
            }
            return given;
        }

        private static @Nullable String text(JsonObject filter, String key) {
            return filter.getValue(key) instanceof String text ? text : null;
        }

        boolean fits(DeadLetter letter) {
            Cause cause = Cause.of(letter);
            return id != null
                    ? letter.id().equals(id)
                    : cause.code().equals(code)
                            && cause.stage().equals(stage)
                            && (destination == null || destination.equals(cause.destination()));
        }
    }

    /** Lists them, without taking any. */
    public void list(RoutingContext request) {
        answers.from(request, this::groups);
    }

    private synchronized Groups groups() throws FailureException, InterruptedException {
        Groups known = last;
        if (known == null || System.nanoTime() - lookedAt > FRESH) {
            try (Lease held = alone()) {
                known = grouped(letters.find(ALL));
                Objects.requireNonNull(held);
            }
            last = known;
            lookedAt = System.nanoTime();
        }
        return known;
    }

    private Lease alone() throws FailureException, InterruptedException {
        return letters.alone(PATIENCE)
                .orElseThrow(() -> new ProblemException(new Problem(
                        503,
                        "BUSY",
                        "Another process looks",
                        "another process looks through the dead letters",
                        "try again in a moment")));
    }

    private static Groups grouped(List<DeadLetter> found) {
        Map<Cause, List<DeadLetter>> causes = new LinkedHashMap<>();
        found.forEach(letter -> causes.computeIfAbsent(Cause.of(letter), cause -> new ArrayList<>())
                .add(letter));
        List<Group> groups = new ArrayList<>();
        causes.forEach((cause, letters) -> groups.add(group(cause, letters)));
        groups.sort((a, b) -> Integer.compare(b.count(), a.count()));
        return new Groups(groups, Math.min(found.size(), COUNTED), found.size() > COUNTED);
    }

    private static Group group(Cause cause, List<DeadLetter> letters) {
        List<String> times = letters.stream()
                .map(DeadLetter::lastFailedAt)
                .filter(Objects::nonNull)
                .sorted()
                .toList();
        int count = letters.size();
        return new Group(
                cause.code(),
                cause.destination(),
                cause.stage(),
                count,
                letters.get(0).hint(),
                times.isEmpty() ? null : times.get(0),
                times.isEmpty() ? null : times.get(times.size() - 1),
                letters.stream()
                        .limit(SHOWN)
                        .map(letter -> new Letter(letter.id(), null, letter.reason(), letter.lastFailedAt()))
                        .toList(),
                new Replay("Returns " + (count == 1 ? "1 message" : count + " messages") + " to " + cause.stage()
                        + ", and retries what failed with " + (count == 1 ? "it." : "them.")));
    }

    public void replay(RoutingContext request) {
        handle(request, "replays", letters::replay);
    }

    public void discard(RoutingContext request) {
        handle(request, "discards", letters::discard);
    }

    private interface Deed {
        List<DeadLetter> on(List<DeadLetter> meant, Consumer<DeadLetter> done)
                throws FailureException, InterruptedException;
    }

    /** Does it only if as many fit as the person saw. */
    private void handle(RoutingContext request, String verb, Deed deed) {
        JsonObject body = RequestBody.of(request);
        Filter filter = Filter.of(body);
        if (!(body.getValue("expected") instanceof Integer expected)) {
            throw ProblemException.badRequest("'expected' has to say how many letters are meant", null);
        }
        String actor = Gate.user(request).actor();
        answers.from(request, () -> handle(filter, expected, verb, actor, deed));
    }

    private synchronized Handled handle(Filter filter, int expected, String verb, String actor, Deed deed)
            throws FailureException, InterruptedException {
        last = null;
        try (Lease held = alone()) {
            Objects.requireNonNull(held);
            List<DeadLetter> meant =
                    letters.find(ALL).stream().filter(filter::fits).toList();
            if (meant.size() != expected) {
                throw new ProblemException(new Problem(
                        409,
                        "COUNT_CHANGED",
                        "Not as many as expected",
                        meant.size() + " letters fit now, and " + expected + " were expected",
                        "look at them again"));
            }
            journal.append(JournalEntry.of(
                            JournalEntry.Kind.REQUESTED,
                            "",
                            0,
                            verb + " " + expected + " dead letters"
                                    + (filter.id() == null ? " of " + filter.stage() + " with " + filter.code() : ""))
                    .by(actor));
            AtomicInteger done = new AtomicInteger();
            List<DeadLetter> gone = deed.on(meant, letter -> done.incrementAndGet());
            return new Handled(done.get(), gone.size());
        }
    }
}
