/**
 * Health and metrics, for machines. They show the last snapshot, and do not ask the ledger.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.dashboard.health;
