/**
 * The passphrase: whether it opens the copies, which copies need a misread one, and whether shipping unencrypted is allowed.
 * Encryption itself is in {@code openpgp}.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.operations.keys;
