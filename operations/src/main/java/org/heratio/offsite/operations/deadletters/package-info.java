/**
 * Messages that were given up: list, replay, discard. No stage's work belongs here, and nothing that happens by itself.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.operations.deadletters;
