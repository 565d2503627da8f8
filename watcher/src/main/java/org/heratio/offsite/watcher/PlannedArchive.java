package org.heratio.offsite.watcher;

/**
 * An archive that a scan found, and what is done with it.
 *
 * @param versionId 0 for an archive that has to settle first
 */
record PlannedArchive(Candidate archive, ScanDecision decision, long versionId) {}
