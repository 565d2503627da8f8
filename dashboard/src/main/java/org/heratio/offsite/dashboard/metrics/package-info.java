/**
 * Metrics of this process for Prometheus. The stages report their work, and the ledger reports its facts. Nothing here asks ledger or
 * broker.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.dashboard.metrics;
