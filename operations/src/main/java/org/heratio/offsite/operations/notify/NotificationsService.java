package org.heratio.offsite.operations.notify;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.heratio.offsite.ledger.JournalEntry;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Notice;
import org.heratio.offsite.ledger.Notices;
import org.heratio.offsite.operations.history.StoryEvent;
import org.jspecify.annotations.Nullable;

/** Tells what is sent to people, and sends them a test, for those who ask. Blocks. */
public final class NotificationsService {
    private static final int MOST = 50;

    private final Ledger ledger;
    private final NotifyChannels channels;
    private final Clock clock;

    public NotificationsService(Ledger ledger, NotifyChannels channels, Clock clock) {
        this.ledger = ledger;
        this.channels = channels;
        this.clock = clock;
    }

    /**
     * Sent, waiting and failed messages, and the channels.
     *
     * @param channels those that are configured or were used, by name
     * @param waiting the oldest messages in the outbox, fifty at most
     * @param sent the newest messages that were accepted, fifty at most
     * @param givenUp the newest messages that were given up, fifty at most
     */
    public record Notifications(
            List<State> channels, List<Waiting> waiting, List<StoryEvent> sent, List<StoryEvent> givenUp) {}

    /**
     * The state of a channel.
     *
     * @param configured whether this process has settings for it
     * @param deliveredAt null for never
     * @param failingSince null while it works, or was never used
     * @param waiting messages in the outbox
     */
    public record State(
            String name,
            boolean configured,
            @Nullable Instant deliveredAt,
            @Nullable Instant failingSince,
            @Nullable String error,
            long waiting) {
        private static State of(Notices.Channel channel, boolean configured) {
            return new State(
                    channel.name(),
                    configured,
                    instant(channel.deliveredAt()),
                    instant(channel.failingSince()),
                    channel.error(),
                    channel.waiting());
        }
    }

    /** A message that was not accepted yet. */
    public record Waiting(String message, String channel, String title, Instant madeAt, Instant dueAt, int attempts) {
        private static Waiting of(Notice notice) {
            return new Waiting(
                    notice.message(),
                    notice.channel(),
                    Wording.title(notice.body()),
                    Instant.ofEpochMilli(notice.madeAt()),
                    Instant.ofEpochMilli(notice.dueAt()),
                    notice.attempts());
        }
    }

    /** Returns the messages that were sent, wait or failed. */
    public Notifications look() throws LedgerException {
        return new Notifications(
                states(),
                ledger.notices().oldest(MOST).stream().map(Waiting::of).toList(),
                newest(JournalEntry.Kind.NOTIFIED),
                newest(JournalEntry.Kind.NOT_NOTIFIED));
    }

    private List<State> states() throws LedgerException {
        TreeMap<String, State> states = new TreeMap<>();
        for (String name : channels.names()) {
            states.put(name, new State(name, true, null, null, null, 0));
        }
        for (Notices.Channel used : ledger.notices().channels()) {
            states.put(used.name(), State.of(used, states.containsKey(used.name())));
        }
        return new ArrayList<>(states.values());
    }

    private List<StoryEvent> newest(JournalEntry.Kind kind) throws LedgerException {
        return ledger.journal().latest(kind, null, MOST).stream()
                .map(StoryEvent::of)
                .toList();
    }

    private static @Nullable Instant instant(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis);
    }

    /** Returns whether no channel is configured in this process. */
    public boolean isOff() {
        return channels.names().isEmpty();
    }

    /** Sends a test message by each channel, and returns what each said. Takes half a minute each at most. */
    public List<NotifyChannels.Tested> test() throws InterruptedException {
        return channels.test(clock);
    }
}
