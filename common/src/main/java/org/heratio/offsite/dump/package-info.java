/**
 * Reads dumps that {@code mysqldump} and {@code mariadb-dump} have written: as statements, since their comments are optional, and since
 * the bodies of triggers and routines may look like comments.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.dump;
