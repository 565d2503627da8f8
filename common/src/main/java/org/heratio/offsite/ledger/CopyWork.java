package org.heratio.offsite.ledger;

import org.jspecify.annotations.Nullable;

/**
 * What the work on a copy needs to know.
 *
 * @param payload of the version; null where there is none
 */
public record CopyWork(Copy copy, Version version, @Nullable Payload payload) {}
