/**
 * Whether an archive is whole, told while its bytes pass by: gzip members with their CRC, the directory of a zip.
 * Nothing here may read an archive a second time, write anything, or know what becomes of the archive.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.archive.gate;
