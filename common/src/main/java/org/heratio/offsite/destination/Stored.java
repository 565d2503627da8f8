package org.heratio.offsite.destination;

import org.jspecify.annotations.Nullable;

/**
 * A copy as its destination describes it; no proof of its bytes.
 *
 * @param name relative name
 * @param size bytes
 * @param sha256 what metadata or sidecar claim, 64 hex digits in lower case. Null when they claim nothing, and in listings of
 *     destinations that would have to ask for each; {@link Destination#put} never returns null.
 */
public record Stored(String name, long size, @Nullable String sha256) {}
