/**
 * The destination that is a directory of this host: a mounted disk or share.
 * No other driver, no ledger and no message may come in here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.destination.localfs;
