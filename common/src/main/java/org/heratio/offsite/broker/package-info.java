/**
 * The port to the message queue, and the adapter that lives in the JVM.
 * No stage, no ledger and no event type may come in here: a broker moves envelopes and knows nothing of what is in them.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.broker;
