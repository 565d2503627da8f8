package org.heratio.offsite.ledger;

import org.heratio.offsite.archive.ArchiveFile;

/**
 * A copy that Heratio shipped, as it enters our tables.
 *
 * @param row what Heratio says of it
 * @param archive the file that it is of; where that is gone or has changed, what is known of it
 * @param remoteName as {@link Version#remoteName}; another one is found when it is taken
 * @param remotePath where it is, in the destination's own spelling
 * @param size bytes that it should have: those that are there, where the row does not say
 */
public record ClaimedCopy(ReplicationRow row, ArchiveFile archive, String remoteName, String remotePath, long size) {}
