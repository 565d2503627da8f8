package org.heratio.offsite.ledger;

/**
 * How the sealing of a version ended.
 *
 * @param good whether it was sealed; otherwise it failed for good
 */
public record SealHistory(String path, boolean good) {}
