package org.heratio.offsite.destination;

/**
 * The limits of a destination.
 *
 * @param maxNameBytes longest component of a name in UTF-8 bytes, the sidecar's ending already taken off
 * @param protects whether a copy there survives the loss of this host; localfs does not
 */
public record Capabilities(int maxNameBytes, boolean protects) {}
