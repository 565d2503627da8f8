package org.heratio.offsite.dashboard.api;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.heratio.offsite.dashboard.http.Answers;
import org.heratio.offsite.dashboard.http.Problem;
import org.heratio.offsite.dashboard.http.ProblemException;
import org.heratio.offsite.dashboard.http.RequestBody;
import org.heratio.offsite.dashboard.login.Gate;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Journal;
import org.heratio.offsite.ledger.JournalEntry;
import org.heratio.offsite.ledger.Lease;
import org.heratio.offsite.operations.deadletters.CountedLetters;
import org.heratio.offsite.operations.deadletters.DeadLetter;
import org.heratio.offsite.operations.deadletters.DeadLetterGroups;
import org.heratio.offsite.operations.deadletters.DeadLetters;
import org.jspecify.annotations.Nullable;

/**
 * Lists dead letters by their cause, and replays or discards those of one cause. One look serves all who ask within some seconds. No answer
 * and no look grows with the number of letters. Thread-safe.
 */
public final class DeadLetterHandlers {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    // a person has pressed a button: looks of others are under way every few seconds, and end soon
    private static final Duration PATIENCE_OF_DEEDS = Duration.ofSeconds(30);
    private static final long FRESH = Duration.ofSeconds(3).toNanos();
    private static final int CAUSES = 200;
    private static final int SHOWN = 5;
    private static final int COUNTED = 10_000;

    private final Answers answers;
    private final DeadLetters letters;
    private final Journal journal;
    private @Nullable Future<Groups> last;
    private long lookedAt;

    public DeadLetterHandlers(Answers answers, DeadLetters letters, Journal journal) {
        this.answers = answers;
        this.letters = letters;
        this.journal = journal;
    }

    private record Groups(List<Group> groups, long total, boolean totalIsCapped) {
        static Groups of(DeadLetterGroups found) {
            return new Groups(
                    found.groups().stream().map(Group::of).toList(),
                    Math.min(found.total(), COUNTED),
                    found.total() > COUNTED);
        }
    }

    private record Group(
            String code,
            @Nullable String destination,
            String stage,
            long count,
            @Nullable String hint,
            @Nullable String oldestAt,
            @Nullable String newestAt,
            List<Letter> letters,
            Replay replay) {
        static Group of(DeadLetterGroups.Group group) {
            long count = group.count();
            String stage = group.cause().stage();
            return new Group(
                    group.cause().code(),
                    group.cause().destination(),
                    stage,
                    count,
                    group.hint(),
                    group.oldestAt(),
                    group.newestAt(),
                    group.samples().stream().map(Letter::of).toList(),
                    new Replay("Returns " + (count == 1 ? "1 message" : count + " messages") + " to " + stage
                            + ", and retries what failed with " + (count == 1 ? "it." : "them.")));
        }
    }

    private record Letter(
            String id,
            @Nullable String path,
            @Nullable String error,
            @Nullable String at) {
        static Letter of(DeadLetter letter) {
            return new Letter(letter.id(), null, letter.reason(), letter.lastFailedAt());
        }
    }

    private record Replay(String preview) {}

    private record Letters(List<Letter> items, @Nullable String next) {}

    private record Handled(long done, long failed) {}

    /** Which letters are meant: one, or all of a cause. */
    private record Filter(
            @Nullable String id,
            @Nullable String code,
            @Nullable String stage,
            @Nullable String destination) implements Predicate<DeadLetter> {
        static Filter of(JsonObject body) {
            if (!(body.getValue("filter") instanceof JsonObject filter)) {
                throw ProblemException.badRequest("'filter' has to say which letters are meant", null);
            }
            return new Filter(
                            text(filter, "id"),
                            text(filter, "code"),
                            text(filter, "stage"),
                            text(filter, "destination"))
                    .checked();
        }

        Filter checked() {
            if (id == null && (code == null || stage == null)) {
                throw ProblemException.badRequest("the letters need an id, or a code and a stage", null);
            }
            return this;
        }

        private static @Nullable String text(JsonObject filter, String key) {
            return filter.getValue(key) instanceof String text ? text : null;
        }

        @Override
        public boolean test(DeadLetter letter) {
            DeadLetterGroups.Cause cause = DeadLetterGroups.Cause.of(letter);
            return id != null
                    ? letter.id().equals(id)
                    : cause.code().equals(code)
                            && cause.stage().equals(stage)
                            && (destination == null || destination.equals(cause.destination()));
        }
    }

    /** Counts them by cause, without taking any. */
    public void list(RoutingContext request) {
        answers.later(request, this::groups);
    }

    /** Returns what a look under way finds, or one that has just ended; else looks itself. */
    private Future<Groups> groups() {
        Promise<Groups> begun = Promise.promise();
        synchronized (this) {
            Future<Groups> known = last;
            if (known != null && (!known.isComplete() || isFresh(known))) {
                return known;
            }
            last = begun.future();
        }
        try (Lease held = alone(PATIENCE)) {
            Objects.requireNonNull(held);
            DeadLetterGroups found = new DeadLetterGroups(CAUSES, SHOWN);
            letters.visit(letter -> true, found::add);
            looked();
            begun.complete(Groups.of(found));
        } catch (FailureException | RuntimeException e) {
            begun.fail(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            begun.fail(e);
        } finally {
            // who waits for it would wait for ever
            begun.tryFail("the look at the dead letters ended early");
        }
        return begun.future();
    }

    private synchronized void looked() {
        lookedAt = System.nanoTime();
    }

    private boolean isFresh(Future<Groups> known) {
        return known.succeeded() && System.nanoTime() - lookedAt < FRESH;
    }

    private synchronized void forget() {
        last = null;
    }

    private Lease alone(Duration patience) throws FailureException, InterruptedException {
        return letters.alone(patience)
                .orElseThrow(() -> new ProblemException(new Problem(
                        503,
                        "BUSY",
                        "The dead letters are in use",
                        "another process or another person looks through the dead letters, or replays them",
                        "try again in a moment")));
    }

    /** Lists the letters of one cause, oldest first, one page at a time. */
    public void page(RoutingContext request) {
        Parameters given = new Parameters(request);
        Filter filter = new Filter(null, given.text("code"), given.text("stage"), given.text("destination")).checked();
        Long cursor = given.idCursor();
        long skipped = cursor == null ? 0 : Math.max(0, cursor);
        int limit = given.limit();
        answers.from(request, () -> page(filter, skipped, limit));
    }

    private Letters page(Filter filter, long skipped, int limit) throws FailureException, InterruptedException {
        List<Letter> items = new ArrayList<>();
        AtomicLong passed = new AtomicLong();
        try (Lease held = alone(PATIENCE)) {
            Objects.requireNonNull(held);
            letters.visit(filter, letter -> {
                if (passed.getAndIncrement() >= skipped && items.size() < limit) {
                    items.add(Letter.of(letter));
                }
            });
        }
        boolean more = passed.get() > skipped + items.size();
        return new Letters(items, more ? Parameters.cursor(skipped + items.size()) : null);
    }

    public void replay(RoutingContext request) {
        handle(request, "replays", letters::replay);
    }

    public void discard(RoutingContext request) {
        handle(request, "discards", letters::discard);
    }

    private interface Deed {
        long on(CountedLetters counted) throws FailureException, InterruptedException;
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

    private Handled handle(Filter filter, int expected, String verb, String actor, Deed deed)
            throws FailureException, InterruptedException {
        try (Lease held = alone(PATIENCE_OF_DEEDS)) {
            Objects.requireNonNull(held);
            CountedLetters meant = letters.count(filter);
            if (meant.total() != expected) {
                throw new ProblemException(new Problem(
                        409,
                        "COUNT_CHANGED",
                        "Not as many as expected",
                        meant.total() + " letters fit now, and " + expected + " were expected",
                        "look at them again"));
            }
            journal.append(JournalEntry.of(
                            JournalEntry.Kind.REQUESTED,
                            "",
                            0,
                            verb + " " + expected + " dead letters"
                                    + (filter.id() == null ? " of " + filter.stage() + " with " + filter.code() : ""))
                    .by(actor));
            long done = deed.on(meant);
            return new Handled(done, expected - done);
        } finally {
            forget();
        }
    }
}
