package org.heratio.offsite.ledger;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import org.heratio.offsite.ledger.jdbc.JdbcLedger;
import org.heratio.offsite.ledger.jdbc.LedgerConfig;

/** Real ledgers for tests; the caller closes them. */
public final class LedgerFixture {
    private LedgerFixture() {}

    /** H2 in a file below a directory of the test's; opening it again finds what was there. */
    public static Ledger h2(Vertx vertx, Path stateDir) throws LedgerException {
        return h2(vertx, stateDir, Clock.systemUTC());
    }

    /** The same with another clock for the times that people see. */
    public static Ledger h2(Vertx vertx, Path stateDir, Clock clock) throws LedgerException {
        MigratedH2.copyTo(stateDir);
        return JdbcLedger.open(vertx, LedgerConfig.h2(stateDir), clock);
    }
}
