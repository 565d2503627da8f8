/**
 * What every ledger has to do, as a suite that each database joins, and ledgers for the tests of other modules.
 * Nothing of any one stage may come in here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.ledger;
