package org.heratio.offsite.dashboard.api;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.heratio.offsite.dashboard.http.Answers;
import org.heratio.offsite.dashboard.http.Problem;
import org.heratio.offsite.dashboard.http.ProblemException;
import org.heratio.offsite.dashboard.login.Gate;
import org.heratio.offsite.ledger.Journal;
import org.heratio.offsite.ledger.JournalEntry;
import org.heratio.offsite.operations.notify.NotificationsService;
import org.heratio.offsite.operations.notify.NotifyChannels.Tested;
import org.jspecify.annotations.Nullable;

/** Lists what is sent to people, and sends them a test. One test runs at a time: who asks meanwhile gets its answer. Thread-safe. */
public final class NotificationHandlers {
    private final Answers answers;
    private final NotificationsService notifications;
    private final Journal journal;
    private @Nullable Future<Sent> running;

    public NotificationHandlers(Answers answers, NotificationsService notifications, Journal journal) {
        this.answers = answers;
        this.notifications = notifications;
        this.journal = journal;
    }

    private record Sent(boolean ok, List<Tested> channels) {
        static Sent of(List<Tested> tested) {
            return new Sent(tested.stream().allMatch(channel -> channel.error() == null), tested);
        }
    }

    /** Lists what was sent, what waits, and what failed. */
    public void list(RoutingContext request) {
        answers.from(request, notifications::look);
    }

    /** Sends a message by each channel. */
    public void test(RoutingContext request) {
        if (notifications.isOff()) {
            throw new ProblemException(new Problem(
                    409,
                    "NO_CHANNEL",
                    "No channel is configured",
                    "no channel of notifications is configured in this process",
                    "set BACKUP_OFFSITE_NOTIFY_WEBHOOK_URL or BACKUP_OFFSITE_NOTIFY_MAIL_HOST (docs/notify.md)"));
        }
        String actor = Gate.user(request).actor();
        answers.later(request, () -> {
            Future<Sent> joined = running();
            journal.append(JournalEntry.of(JournalEntry.Kind.REQUESTED, "", 0, "a test of the notifications")
                    .by(actor));
            return joined == null ? sent() : joined;
        });
    }

    private synchronized @Nullable Future<Sent> running() {
        Future<Sent> last = running;
        return last == null || last.isComplete() ? null : last;
    }

    private synchronized Future<Sent> sent() {
        Future<Sent> earlier = running();
        if (earlier != null) {
            return earlier;
        }
        Promise<Sent> answer = Promise.promise();
        running = answer.future();
        Thread thread = new Thread(() -> send(answer), "notification-test");
        thread.setDaemon(true);
        thread.start();
        return answer.future();
    }

    /** Runs on a thread of its own: a receiver that hangs holds no worker of the page. */
    private void send(Promise<Sent> answer) {
        try {
            answer.complete(Sent.of(notifications.test()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer.fail(e);
        } catch (RuntimeException e) {
            answer.fail(e);
        } finally {
            // who waits for it would wait for ever
            answer.tryFail("the test ended early");
        }
    }
}
