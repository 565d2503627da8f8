/**
 * The destination that is a directory of an account that offers SFTP and nothing else.
 * No other driver, no ledger and no message may come in here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.destination.sftp;
