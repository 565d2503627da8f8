/**
 * The findings of {@code offsite doctor}, whoever looks: the application, a broker's own doctor or a driver's. How it is looked at, and how it
 * is printed, must never come in.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.finding;
