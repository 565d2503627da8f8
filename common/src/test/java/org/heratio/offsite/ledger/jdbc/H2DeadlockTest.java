package org.heratio.offsite.ledger.jdbc;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class H2DeadlockTest extends DeadlockContract {
    @TempDir
    Path directory;

    @Override
    LedgerConfig config() {
        return LedgerConfig.h2(directory);
    }
}
