/**
 * Where the destinations store copies, and whether that place has changed.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.operations.places;
