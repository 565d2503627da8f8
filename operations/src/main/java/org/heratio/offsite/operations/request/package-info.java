/**
 * Opens requests for work in the ledger, follows them to their end, and previews them.
 * The stages do the work; none of it belongs here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.operations.request;
