package org.heratio.offsite.ledger;

import org.heratio.offsite.archive.ArchiveFile;

/**
 * A copy that Heratio shipped, as it enters our tables.
 *
 * @param row what Heratio says of it
 * @param archive the file that it is of; where that is gone or has changed, what is known of it
 * @param remoteName as {@link Version#remoteName}; another one is found when it is taken
 */
public record ClaimedCopy(ReplicationRow row, ArchiveFile archive, String remoteName) {}
