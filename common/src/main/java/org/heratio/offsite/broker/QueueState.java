package org.heratio.offsite.broker;

/**
 * What a look at a queue tells.
 *
 * @param messages that wait; those that are delivered and not acked do not count
 * @param consumers of a work queue, in all processes together; 0 for a queue of dead letters
 */
public record QueueState(long messages, int consumers) {}
