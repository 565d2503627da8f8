package org.heratio.offsite.stage;

/**
 * Which try this is.
 *
 * @param number 1 for the first
 * @param progress reports progress on the way, throttled by the shell
 */
public record Attempt(int number, ProgressSink progress) {}
