/**
 * The API behind the page: each class answers for one noun, by the services of {@code operations} and the ledger's ports.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.dashboard.api;
