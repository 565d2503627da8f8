/**
 * Examines an installation, and reports each fault with a hint. It repairs nothing.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.operations.doctor;
