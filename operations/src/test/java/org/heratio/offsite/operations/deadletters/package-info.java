/** Tests of what a person does with messages that were given up. */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.operations.deadletters;
