package org.heratio.offsite.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.ledger.jdbc.LedgerConfig;
import org.heratio.offsite.testing.DatabaseServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of a ledger in a database of a server. */
abstract class ServerLedgerContract extends LedgerContract {
    private final DatabaseServer server;
    private final LedgerConfig config;

    /** @param config an empty database of the server, or a ledger there that no process has used yet */
    ServerLedgerContract(DatabaseServer server, LedgerConfig config) {
        this.server = server;
        this.config = config;
    }

    @Override
    protected LedgerConfig config() {
        return config;
    }

    /** A database of the server, with the user that owns it. */
    final LedgerConfig database(String name) {
        return database(server, name);
    }

    static LedgerConfig database(DatabaseServer server, String name) {
        return new LedgerConfig(server.url(name), DatabaseServer.USER, DatabaseServer.PASSWORD);
    }

    @Test
    void aDatabaseThatWasMadeAnewOrIsAnotherIsNoNewLedger(@TempDir Path state) throws Exception {
        Installation installation = new Installation(state, state.resolve("spool"), "the database", false);
        open(config.of(installation));
        LedgerConfig other = database(server.newDatabase()).of(installation);

        assertThatThrownBy(() -> open(other)).isInstanceOfSatisfying(LedgerException.class, e -> {
            assertThat(e.failure().code()).isEqualTo(ErrorCode.LEDGER_LOST);
            assertThat(e.failure().oneLine()).contains("is empty", "delete " + installation.marker());
        });
        Files.delete(installation.marker());
        open(other);
        assertThatThrownBy(() -> open(config.of(installation))).hasMessageContaining("has the id");
    }
}
