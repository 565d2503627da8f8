package org.heratio.offsite.ledger;

/**
 * A message in the outbox, for one channel.
 *
 * @param id orders the messages; 0 before it is recorded
 * @param message the id of the message, the same for each attempt and each channel
 * @param channel such as {@code webhook}
 * @param incident its name; empty for a message about none
 * @param body JSON, as the webhook has it
 * @param madeAt epoch milliseconds
 * @param dueAt when the next attempt may begin; epoch milliseconds
 * @param attempts how many have failed
 */
public record Notice(
        long id, String message, String channel, String incident, String body, long madeAt, long dueAt, int attempts) {
    /** Returns a message that is due at once. */
    public static Notice of(String message, String channel, String incident, String body, long at) {
        return new Notice(0, message, channel, incident, body, at, at, 0);
    }
}
