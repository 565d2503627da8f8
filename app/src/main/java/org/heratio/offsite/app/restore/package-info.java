/**
 * Getting archives back from a destination, proved on the way.
 * How they came there must not come in here: a restore works with the ledger and one destination, or with nothing but the copy.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.app.restore;
