package org.heratio.offsite.ledger;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The outbox of the notifier: how far it has read the journal, the incidents that last, and the messages that wait. One process at a time
 * writes here, under a lease. The rules of {@link Ledger} hold.
 */
public interface Notices {
    /** Returns the id of the last fact that was read; empty before the first reading. */
    Optional<Long> readUntil() throws LedgerException;

    /**
     * Moves the reading forward, and records incidents as the facts have made them, in one transaction.
     *
     * @param from what {@link #readUntil} returned; null for the first reading
     * @return false when another process has read meanwhile; nothing changes then
     */
    boolean read(@Nullable Long from, long until, List<Incident> changed) throws LedgerException;

    /** Returns the incidents that last, oldest first; a thousand at most. */
    List<Incident> incidents() throws LedgerException;

    /** Records an incident that no fact tells of, unless it is there. */
    void begin(Incident incident) throws LedgerException;

    /**
     * Puts messages about an incident into the outbox, and records that it was told, or that it has ended, in one transaction.
     *
     * @param told the incident as it was told; null when it has ended
     * @return false when the incident has changed since it was read; nothing changes then
     */
    boolean tell(Incident before, @Nullable Incident told, List<Notice> messages) throws LedgerException;

    /** Puts messages that are about no incident into the outbox. */
    void put(List<Notice> messages) throws LedgerException;

    /** Returns the names of the incidents whose messages still wait. */
    Set<String> waiting() throws LedgerException;

    /** Returns the oldest message for a channel; the next ones wait for it. */
    Optional<Notice> first(String channel) throws LedgerException;

    /** Returns the oldest messages for all channels. */
    List<Notice> oldest(int limit) throws LedgerException;

    /**
     * Takes a message out of the outbox, since its channel has accepted it, and puts that into the journal, in one transaction.
     *
     * @param fact what the journal says of it
     */
    void delivered(Notice notice, long at, JournalEntry fact) throws LedgerException;

    /** Records that a channel has accepted a request that was in no outbox: it works. */
    void accepted(String channel, long at) throws LedgerException;

    /**
     * Records an attempt that failed.
     *
     * @param dueAt when the next one may begin
     * @param error one line for people, without a secret
     */
    void failed(Notice notice, long at, long dueAt, String error) throws LedgerException;

    /**
     * Takes a message out of the outbox after its last attempt, and puts that into the journal, in one transaction.
     *
     * @param error one line for people, without a secret
     * @param fact what the journal says of it
     */
    void givenUp(Notice notice, long at, String error, JournalEntry fact) throws LedgerException;

    /** Forgets the messages and the state of all channels but these. */
    void retain(List<String> channels) throws LedgerException;

    /** Returns the channels that were used, by name. */
    List<Channel> channels() throws LedgerException;

    /**
     * The state of a channel. Times are epoch milliseconds.
     *
     * @param deliveredAt of the last message that was accepted; 0 for never
     * @param failingSince of the first failure since then; 0 while it works
     * @param error of the last failure; null while it works
     * @param waiting messages in the outbox
     */
    record Channel(
            String name,
            long deliveredAt,
            long failingSince,
            @Nullable String error,
            long waiting) {}
}
