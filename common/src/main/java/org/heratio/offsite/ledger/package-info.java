/**
 * What is off-site, what is on its way and what was proved: the ledger port and its SQL.
 * SQL exists only here; no stage, no broker and no destination may come in.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.ledger;
