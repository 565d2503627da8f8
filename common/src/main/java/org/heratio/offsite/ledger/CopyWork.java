package org.heratio.offsite.ledger;

import org.jspecify.annotations.Nullable;

/**
 * A copy with its version and payload, as the work on it needs them.
 *
 * @param payload of the version; null where there is none
 */
public record CopyWork(Copy copy, Version version, @Nullable Payload payload) {}
