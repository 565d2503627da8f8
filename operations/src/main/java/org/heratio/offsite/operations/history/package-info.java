/**
 * The public table as people read it.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.operations.history;
