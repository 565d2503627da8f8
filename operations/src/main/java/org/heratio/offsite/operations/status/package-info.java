/**
 * The state of all archives and copies at a glance.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.operations.status;
