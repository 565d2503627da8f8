/**
 * Lists what can be restored, and restores from a destination, with proof on the way.
 * How a copy came there must not come in here: a restore works with the ledger and one destination, or with nothing but the copy.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.operations.restore;
