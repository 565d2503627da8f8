/**
 * What this process did, for Prometheus. No ledger and no broker is asked here: stages tell of their work, and the ledger of its facts.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.dashboard.metrics;
