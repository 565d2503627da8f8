/**
 * Tests of the parts of the database ledger that need no database, or more than one process.
 * What every ledger has to do stands in the contract, one package above.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.ledger.jdbc;
