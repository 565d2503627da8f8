package org.heratio.offsite.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.heratio.offsite.ledger.jdbc.LedgerConfig;
import org.heratio.offsite.ledger.jdbc.LedgerDoctor;
import org.heratio.offsite.testing.DatabaseServer;
import org.heratio.offsite.testing.PostgresServer;
import org.heratio.offsite.testing.SharedDatabases;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedDatabases.class)
class PostgresLedgerIT extends ServerLedgerContract {
    private final PostgresServer server;

    PostgresLedgerIT(PostgresServer server) {
        super(server, MigratedPostgres.create(server));
        this.server = server;
    }

    @Test
    void aSequenceThatItMayNotUseIsFoundBeforeTheFirstRowIsInserted() throws Exception {
        String heratios = server.newDatabase();
        server.execute(
                heratios,
                "CREATE TABLE ahg_backup_replication (id serial primary key, local_path varchar(500) not null, "
                        + "remote_path varchar(500) not null, driver varchar(32) not null, size_bytes bigint, sha256 char(64), "
                        + "encrypted smallint, replicated_at timestamp(0), verified_at timestamp(0), status varchar(24), error text, "
                        + "unique (local_path, driver))",
                "CREATE ROLE shipper LOGIN PASSWORD '" + DatabaseServer.PASSWORD + "'",
                "GRANT CREATE, USAGE ON SCHEMA public TO shipper",
                "GRANT SELECT, INSERT, UPDATE ON ahg_backup_replication TO shipper");
        LedgerConfig shipper = new LedgerConfig(server.url(heratios), "shipper", DatabaseServer.PASSWORD);

        assertThat(new LedgerDoctor(shipper).examine().faults())
                .singleElement()
                .asString()
                .contains("sequence public.ahg_backup_replication_id_seq", "USAGE");
        assertThatThrownBy(() -> open(shipper)).hasMessageContaining("ahg_backup_replication_id_seq");

        server.execute(heratios, "GRANT USAGE ON SEQUENCE ahg_backup_replication_id_seq TO shipper");
        ledger = open(shipper);
        shipped(settled("a.gz", 5));
        assertThat(new LedgerDoctor(shipper).examine().faults()).isEmpty();
    }
}
