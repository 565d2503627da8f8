/**
 * The stage that reads copies back and proves them.
 * It changes nothing at a destination, and how a copy is repaired must not come in here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.verifier;
