package org.heratio.offsite.broker;

/**
 * The state of a queue at one moment.
 *
 * @param messages that wait; those that are delivered and not acked do not count
 * @param consumers of a work queue, in all processes together; 0 for a queue of dead letters
 */
public record QueueState(long messages, int consumers) {}
