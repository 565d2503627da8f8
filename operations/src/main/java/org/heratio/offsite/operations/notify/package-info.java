/**
 * Tells people what happens: reads the journal, decides what is worth telling, and sends it. No stage may need what lives here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.operations.notify;
