/**
 * What a terminal shows of a run: lines, live progress, and how the run ended.
 * Nothing is decided here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.app.report;
