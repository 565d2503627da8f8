/**
 * What is in the backup directory, and which places of it cannot be read.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.operations.inventory;
