package org.heratio.offsite.app.heratio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.heratio.offsite.app.e2e.OffsiteHome;
import org.heratio.offsite.app.e2e.OffsiteProcess;
import org.heratio.offsite.app.e2e.SampleArchives;
import org.heratio.offsite.testing.DatabaseServer;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.MariaDbServer;
import org.heratio.offsite.testing.PostgresServer;
import org.heratio.offsite.testing.Requires;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database is killed under load and comes back: stages wait and go on, and nothing is lost. */
class DatabaseOutageIT {
    private static final int ARCHIVES = 12;

    @TempDir
    Path directory;

    @Test
    void serveOutlivesAMariaDbThatIsKilled() throws Exception {
        Requires.that(MariaDbServer.installed(), "mariadb-server is not installed");
        try (DatabaseServer server = MariaDbServer.create()) {
            outlives(server);
        }
    }

    @Test
    void serveOutlivesAPostgresThatIsKilled() throws Exception {
        Requires.that(PostgresServer.installed(), "postgresql is not installed");
        try (DatabaseServer server = PostgresServer.create()) {
            outlives(server);
        }
    }

    private void outlives(DatabaseServer server) throws Exception {
        HeratioTables tables = new HeratioTables(server);
        try (OffsiteHome home = new OffsiteHome(directory).onDatabase(server, tables.database())) {
            SampleArchives archives = new SampleArchives(home.backups(), 5);
            server.kill();
            OffsiteProcess serve = home.start("serve");
            await().atMost(OffsiteHome.SHORT).until(() -> serve.err().contains("waiting for the database"));
            server.start();
            await().atMost(OffsiteHome.SHORT).until(() -> serve.err().contains(": serving "));
            for (int kill = 1; kill <= 2; kill++) {
                for (int i = 0; i < ARCHIVES / 2; i++) {
                    archives.make("k" + kill + "-" + i + ".sql.gz", 200_000);
                }
                HeratioCommands.verified(serve, (kill - 1) * ARCHIVES / 2 + 1);
                server.kill();
                // away for longer than a transaction is patient at once is not needed: connections are dead either way
                await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
                assertThat(serve.running()).as(serve.err()).isTrue();
                server.start();
            }
            await().atMost(HangLimit.STEP)
                    .until(() -> tables.number("SELECT COUNT(*) FROM ahg_backup_replication WHERE status = 'verified'")
                            == ARCHIVES);
            serve.terminate();
            assertThat(serve.await(OffsiteHome.SHORT).code()).isZero();
            home.proof().everythingIsOffsite();
        }
    }
}
