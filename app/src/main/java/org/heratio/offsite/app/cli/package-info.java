/**
 * The commands as people type them: options, help, what is printed, exit codes.
 * The work is done by operations, and must not come in here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.app.cli;
