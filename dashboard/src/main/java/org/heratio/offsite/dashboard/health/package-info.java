/**
 * What machines ask: whether this process works, and its metrics. Nothing here asks the ledger: it shows the last snapshot.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.dashboard.health;
