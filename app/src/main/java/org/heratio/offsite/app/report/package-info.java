/**
 * How things are shown: JSON for machines, lines and progress for people.
 * Nothing is decided here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.app.report;
