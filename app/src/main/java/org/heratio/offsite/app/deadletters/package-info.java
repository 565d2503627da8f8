/**
 * What a person does with messages that were given up: look, take up again, throw away. No stage's work comes in here, and nothing that
 * happens by itself.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.app.deadletters;
