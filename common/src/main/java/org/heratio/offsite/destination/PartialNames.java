package org.heratio.offsite.destination;

/**
 * The temporary names of the files of one unfinished put, relative to the root. {@link Destination#removeAbandoned} finds all of them.
 *
 * @param payload the payload's
 * @param sidecar the sidecar's
 * @param tag the owner tag's
 */
public record PartialNames(String payload, String sidecar, String tag) {}
