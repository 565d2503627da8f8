package org.heratio.offsite.stage;

/**
 * One try at an event.
 *
 * @param number 1 for the first
 * @param ahead whether the event has the turn of another one ({@link StageHandler#inTurn}): a message of its own still comes
 * @param progress reports progress on the way, throttled by the shell
 */
public record Attempt(int number, boolean ahead, ProgressSink progress) {
    /** Returns a try for the sake of the event's own message. */
    public Attempt(int number, ProgressSink progress) {
        this(number, false, progress);
    }
}
