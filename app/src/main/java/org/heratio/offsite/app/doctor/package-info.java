/**
 * Looks whether everything that the pipeline needs is in place, and says what to do where it is not.
 * It changes nothing.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.app.doctor;
