/**
 * Streams that work in threads of their own, so that reading, hashing, deciphering and writing happen at once on several processors.
 * What the bytes mean must not come in here, nor where they are from.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.steps;
