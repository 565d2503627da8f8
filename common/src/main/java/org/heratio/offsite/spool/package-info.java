/**
 * Payloads on their way: where they lie, and how many bytes they may take.
 * What is in a payload, and who ships it, must not come in here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.spool;
