package org.heratio.offsite.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.jdbc.LedgerConfig;
import org.heratio.offsite.ledger.jdbc.LedgerDoctor;
import org.heratio.offsite.testing.DatabaseServer;
import org.heratio.offsite.testing.PostgresServer;
import org.heratio.offsite.testing.SharedDatabases;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** On the table that Laravel's migrations make in PostgreSQL, where a flag is a boolean. */
@ExtendWith(SharedDatabases.class)
class PostgresHeratioTableIT extends LedgerAdoptionContract {
    private static final String TABLE =
            "CREATE TABLE ahg_backup_replication (id serial primary key, local_path varchar(500) not null, "
                    + "remote_path varchar(500) not null, driver varchar(32) not null, size_bytes bigint default 0, sha256 char(64), "
                    + "encrypted boolean default false, replicated_at timestamp(0) default current_timestamp, "
                    + "verified_at timestamp(0), status varchar(24) default 'replicated', error text, unique (local_path, driver))";

    private final PostgresServer server;
    private final LedgerConfig config;

    PostgresHeratioTableIT(PostgresServer server) {
        this.server = server;
        this.config = MigratedPostgres.create(server, TABLE);
    }

    private LedgerConfig database(String... statements) {
        String name = server.newDatabase();
        server.execute(name, statements);
        return new LedgerConfig(server.url(name), DatabaseServer.USER, DatabaseServer.PASSWORD);
    }

    @Test
    void aTableThatCouldNotBeWrittenIsRefusedAtTheStart() throws Exception {
        LedgerConfig dates = database(TABLE.replace("encrypted boolean default false", "encrypted date"));
        assertThat(new LedgerDoctor(dates).examine().faults()).singleElement().satisfies(fault -> {
            assertThat(fault.text()).contains("not as Heratio makes it");
            assertThat(fault.hint()).contains("no right is missing");
        });
        LedgerConfig more = database(TABLE.replace("error text,", "error text, tenant int not null,"));
        assertThatThrownBy(() -> open(more))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.failure().oneLine()).contains("tenant", "default"));
        assertThat(new LedgerDoctor(config).examine().faults()).isEmpty();
    }

    @Override
    protected LedgerConfig config() {
        return config;
    }
}
