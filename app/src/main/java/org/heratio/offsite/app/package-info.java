/**
 * The {@code offsite} command: where everything is put together.
 * What a stage, a driver or the ledger does must not come in here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.app;
