package org.heratio.offsite.ledger;

/** How far a version is on its way to a payload. */
public enum VersionState {
    /** Finished and waiting for the encryptor. */
    SETTLED,
    /** Read to the end, whole, and hashed; a payload was made of it. */
    SEALED,
    /** Not whole, or unusable, or gone before it was read: the error says which. Taken up again by a requested scan. */
    FAILED,
    /** Changed before it was sealed; a newer version has its place and its name. */
    SUPERSEDED
}
