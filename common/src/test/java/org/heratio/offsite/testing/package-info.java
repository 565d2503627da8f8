/**
 * What tests of all modules share.
 * Nothing of one part may come in here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.testing;
