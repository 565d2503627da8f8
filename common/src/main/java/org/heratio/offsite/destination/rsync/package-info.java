/**
 * The {@code rsync} driver: copies as files of another host, by the system's own {@code rsync} and {@code ssh} as child processes.
 * No SSH library may come in, no local shell, and no name in a remote command line that is not quoted.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.destination.rsync;
