/**
 * Output of a run for a terminal: lines, live progress, and the end of the run.
 * Nothing is decided here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.app.report;
