package org.heratio.offsite.ledger;

/**
 * A copy that was shipped encrypted, with a key that is known.
 *
 * @param version whose copy it is
 * @param keyId of the passphrase that opens it
 */
public record EncryptedCopy(Copy copy, Version version, String keyId) {}
