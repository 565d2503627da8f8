/**
 * Archives on disk and what they are called elsewhere: paths, include patterns, remote names, completeness of gzip and zip.
 * Neither ledger nor broker nor destination may come in here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.archive;
