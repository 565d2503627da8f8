/**
 * The OpenPGP message that a payload is: how it is written, so that gpg opens it, and how what we or gpg wrote is read.
 * Files, spool, ledger and destinations must not come in here: it turns streams into streams.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.openpgp;
