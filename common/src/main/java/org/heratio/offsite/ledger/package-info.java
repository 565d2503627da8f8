/**
 * The ledger: archives, copies, work and proofs; its ports and their SQL.
 * SQL exists only here; no stage, no broker and no destination may come in.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.ledger;
