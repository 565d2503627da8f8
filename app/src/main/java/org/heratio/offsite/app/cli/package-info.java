/**
 * The commands as people type them: options, help, what is printed, exit codes.
 * How the work is done must not come in here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.app.cli;
