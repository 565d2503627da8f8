/**
 * How failures are named and classified: one list of stable codes, and the exception that carries them to the stage shell.
 * Nothing of any one driver, stage or library may come in here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.failure;
