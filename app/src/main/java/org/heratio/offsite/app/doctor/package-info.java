/**
 * Looks whether everything that the pipeline needs is in place, and says what to do where it is not.
 * It leaves nothing changed.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.app.doctor;
