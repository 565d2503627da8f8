package org.heratio.offsite.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.stream.Stream;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.jdbc.JdbcLedger;
import org.heratio.offsite.ledger.jdbc.LedgerConfig;
import org.heratio.offsite.ledger.jdbc.LedgerDoctor;
import org.heratio.offsite.testing.DatabaseServer;
import org.heratio.offsite.testing.MariaDbServer;
import org.heratio.offsite.testing.SharedDatabases;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(SharedDatabases.class)
class MariaDbLedgerIT extends ServerLedgerContract {
    private final MariaDbServer server;

    MariaDbLedgerIT(MariaDbServer server) {
        super(server, MigratedMariaDb.create(server));
        this.server = server;
    }

    @Test
    void goesOnWithAMigrationWhoseProcessWasKilled() throws Exception {
        String half = server.newDatabase();
        server.execute(half, ownTables("create table if not exists offsite_copy"));
        try (Connection locked = server.connect(half);
                Statement lock = locked.createStatement();
                LedgerProcess child = LedgerProcess.start("hold", server.url(half))) {
            // each statement is committed by itself: those before this one are done, and of none is there a word in the
            // history
            lock.execute("LOCK TABLES offsite_copy WRITE");
            await().until(() -> server.number(
                            half,
                            "SELECT COUNT(*) FROM information_schema.processlist WHERE db = '" + half
                                    + "' AND state LIKE 'Waiting for table metadata lock'")
                    == 1);
            child.kill();
        }
        assertThat(server.query(half, "SHOW TABLES LIKE 'offsite_payload'")).hasSize(1);

        try (Ledger whole = open(database(half))) {
            assertThat(whole.versions().newest()).isEmpty();
            assertThat(whole.view().history(1, null)).isEmpty();
        }
    }

    private static String ownTables(String beginning) throws IOException {
        String script = new String(
                JdbcLedger.class
                        .getResourceAsStream("/db/migration/mysql/V1__own_tables.sql")
                        .readAllBytes(),
                StandardCharsets.UTF_8);
        return Stream.of(script.split(";\\s*\n"))
                .map(statement -> statement.replaceAll("(?m)^--.*\n", "").strip())
                .filter(statement -> statement.startsWith(beginning + " "))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aServerThatTakesNoWritesIsAnOutageAndNoRefusal() throws Exception {
        String database = server.newDatabase();
        server.execute(
                database,
                "CREATE USER plain@'%' IDENTIFIED BY '" + DatabaseServer.PASSWORD + "'",
                "GRANT ALL ON " + database + ".* TO plain@'%'");
        LedgerConfig config = new LedgerConfig(server.url(database), "plain", DatabaseServer.PASSWORD)
                .withPatience(Duration.ofMillis(100));
        Ledger follower = open(config);
        try {
            // as after a failover
            server.execute(database, "SET GLOBAL read_only = 1");
            assertThatThrownBy(() -> follower.versions().settle(file("a.gz", 10, 5), 1, LOCALFS, false))
                    .isInstanceOfSatisfying(LedgerException.class, e -> {
                        assertThat(e.failure().code()).isEqualTo(ErrorCode.LEDGER_UNAVAILABLE);
                        assertThat(e.failure().reason()).contains("read-only");
                    });
        } finally {
            server.execute(database, "SET GLOBAL read_only = 0");
        }
        assertThat(follower.versions()
                        .settle(file("a.gz", 10, 5), 1, LOCALFS, false)
                        .state())
                .isEqualTo(VersionState.SETTLED);
    }

    @Test
    void aRowThatTwoArchivesShareSaysWhatBecameOfTheOther() throws Exception {
        String heratios = server.newDatabase();
        server.execute(
                heratios,
                "CREATE TABLE ahg_backup_replication (id int not null auto_increment primary key, local_path varchar(500) not null, "
                        + "remote_path varchar(500) not null, driver varchar(32) not null, size_bytes bigint default 0, sha256 char(64), "
                        + "encrypted tinyint(1) default 0, replicated_at datetime default now(), verified_at datetime, "
                        + "status varchar(24) default 'replicated', error text, unique (local_path, driver)) "
                        + "CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci");
        ledger = open(database(heratios));
        Copy shown = shipped(settled("Café.gz", 5));
        Version twin = settled("cafe.gz", 6);

        ledger.versions().fail(twin.id(), INCOMPLETE);
        assertThat(publicRow("Café.gz").error())
                .startsWith("not this archive: /backups/cafe.gz is failed (ends in the middle), and has no row here");
        ledger.proofs().record(shown.id(), PAYLOAD_SHA);
        assertThat(publicRow("Café.gz").error()).startsWith("not this archive: /backups/cafe.gz is failed");

        ledger.versions().requeue(twin.id(), LOCALFS, false, false);
        shipped(twin);
        assertThat(publicRow("Café.gz").error()).startsWith("no failure: /backups/cafe.gz is shipped too");
        assertThat(ledger.view().history(9, null)).hasSize(1);
        assertThat(new LedgerDoctor(database(heratios)).examine().twins())
                .containsExactly("/backups/cafe.gz (the row is that of /backups/Café.gz)");
    }

    private String heratios(String columns, String options) {
        String database = server.newDatabase();
        server.execute(
                database,
                "CREATE TABLE ahg_backup_replication (id int not null auto_increment primary key, local_path varchar(500) not null, "
                        + "remote_path varchar(500) not null, driver varchar(32) not null, size_bytes bigint default 0, sha256 char(64), "
                        + "encrypted tinyint(1) default 0, replicated_at datetime default now(), verified_at datetime, "
                        + "status varchar(24) default 'replicated', error text" + columns + ") " + options);
        return database;
    }

    @ParameterizedTest
    @CsvSource({"latin1, Архив.sql.gz, Café.sql.gz", "utf8mb3, emoji😀.sql.gz, Архив.sql.gz"})
    void anArchiveWhoseNameTheTableCannotHoldIsShippedWithoutARow(String charset, String strange, String usual)
            throws Exception {
        String heratios = heratios(", unique (local_path, driver)", "CHARACTER SET " + charset);
        ledger = open(database(heratios));

        Copy copy = shipped(settled(strange, 5));
        assertThat(copy.state()).isEqualTo(CopyState.REPLICATED);
        assertThat(ledger.proofs().record(copy.id(), PAYLOAD_SHA)).isTrue();
        assertThat(ledger.claims().overwritten(copy.id())).isEmpty();
        shipped(settled(usual, 5));
        assertThat(ledger.view().history(9, null))
                .extracting(ReplicationRow::localPath)
                .containsExactly("/backups/" + usual);
        assertThat(new LedgerDoctor(database(heratios)).examine().unwritable())
                .containsExactly("/backups/" + strange + " at localfs");

        Version failed = settled("plain.sql.gz", 6);
        ledger.versions()
                .fail(failed.id(), new Failure(ErrorCode.ARCHIVE_INCOMPLETE, "no room for 😀 beside " + usual, null));
        assertThat(publicRow("plain.sql.gz").error()).contains("no room for ? beside " + usual);
    }

    @Test
    void whereAnotherEngineIsTheDefaultOurTablesKnowTransactions() throws Exception {
        String heratios = heratios(", unique (driver, status)", "ENGINE=MyISAM CHARACTER SET latin1");
        String engine = server.query(heratios, "SELECT @@GLOBAL.default_storage_engine")
                .get(0)
                .get(0);
        server.execute(heratios, "SET GLOBAL default_storage_engine = MyISAM");
        try {
            ledger = open(database(heratios));
        } finally {
            server.execute(heratios, "SET GLOBAL default_storage_engine = " + engine);
        }
        assertThat(new LedgerDoctor(database(heratios)).examine().unsafe())
                .containsExactly("ahg_backup_replication (MyISAM)");
    }

    @Test
    void aLedgerThatANewerBuildHasChangedIsRefused() throws Exception {
        String newer = server.newDatabase();
        open(database(newer)).close();
        server.execute(
                newer,
                "INSERT INTO offsite_schema_history SELECT 99, '99', 'of the future', 'SQL', 'V99__of_the_future.sql', 1, "
                        + "installed_by, installed_on, 1, 1 FROM offsite_schema_history ORDER BY installed_rank DESC LIMIT 1");
        assertThatThrownBy(() -> open(database(newer))).isInstanceOfSatisfying(LedgerException.class, e -> {
            assertThat(e.failure().code()).isEqualTo(ErrorCode.LEDGER_REFUSED);
            assertThat(e.failure().oneLine()).contains("newer offsite (99", "run that version");
        });
    }

    @Test
    void theDoctorTellsAllThatIsNotAllowedAtOnce() throws Exception {
        String heratios = heratios(", tenant int not null, unique (local_path, driver)", "");
        server.execute(heratios, "ALTER TABLE ahg_backup_replication ALTER tenant SET DEFAULT 0");
        open(database(heratios)).close();
        server.execute(
                heratios,
                "ALTER TABLE ahg_backup_replication ALTER tenant DROP DEFAULT",
                "CREATE USER blind@'%' IDENTIFIED BY '" + DatabaseServer.PASSWORD + "'",
                "GRANT SELECT, INSERT, UPDATE ON " + heratios + ".ahg_backup_replication TO blind@'%'");
        LedgerConfig blind = new LedgerConfig(server.url(heratios), "blind", DatabaseServer.PASSWORD);

        assertThat(new LedgerDoctor(blind).examine().faults())
                .anySatisfy(fault -> assertThat(fault.text() + fault.hint()).contains("offsite_twin", "needs CREATE"))
                .anySatisfy(fault -> assertThat(fault.text() + fault.hint()).contains("tenant", "gives it a default"));
        assertThatThrownBy(() -> open(new LedgerConfig(server.url(heratios), "blind", "wrong")))
                .isInstanceOfSatisfying(
                        LedgerException.class,
                        e -> assertThat(e.failure().hint()).contains("BACKUP_OFFSITE_LEDGER_PASSWORD", "in quotes"));
    }
}
