/**
 * The migration from Heratio: its rows are compared with what is there, and adopted into the ledger as claims.
 * What proves them (the verifier) and what ships the rest (the pipeline) must not come in here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.operations.adopt;
