/**
 * The content of the backup directory, and its unreadable places.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.operations.inventory;
