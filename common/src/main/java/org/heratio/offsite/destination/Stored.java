package org.heratio.offsite.destination;

import org.jspecify.annotations.Nullable;

/**
 * A copy as its destination describes it; no proof of its bytes.
 *
 * @param name relative name
 * @param size bytes
 * @param sha256 what metadata or sidecar claim, or null when they say nothing
 */
public record Stored(String name, long size, @Nullable String sha256) {}
