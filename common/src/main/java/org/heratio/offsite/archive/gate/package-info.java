/**
 * The gates that tell a whole archive from another one while its bytes pass by: gzip members with their CRC, the entries of a zip.
 * Nothing here may read the content of an archive a second time, write anything, or know what becomes of the archive.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.archive.gate;
