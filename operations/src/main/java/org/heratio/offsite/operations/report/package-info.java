/**
 * Formats that several operations share: JSON for machines, byte counts and lists for people.
 * Nothing is decided here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.operations.report;
