package org.heratio.offsite.app.heratio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.heratio.offsite.app.e2e.OffsiteHome;
import org.heratio.offsite.app.e2e.OffsiteProcess;
import org.heratio.offsite.app.e2e.SampleArchives;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.testing.DatabaseServer;
import org.heratio.offsite.testing.MariaDbServer;
import org.heratio.offsite.testing.SharedDatabases;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedDatabases.class)
class MariaDbCommandsIT extends HeratioCommands {
    MariaDbCommandsIT(MariaDbServer server) {
        super(server);
    }

    @Override
    void makeReader(String name) {
        tables.run(
                "DROP USER IF EXISTS '" + name + "'@'%'",
                "CREATE USER '" + name + "'@'%' IDENTIFIED BY '" + DatabaseServer.PASSWORD + "'",
                "GRANT SELECT, CREATE, INDEX ON " + tables.database() + ".* TO '" + name + "'@'%'");
    }

    @Test
    void aLedgerElsewhereDoesNotHideThePassphraseInHeratiosDatabase() throws Exception {
        try (OffsiteHome home = home()) {
            home.unset("BACKUP_ENCRYPTION_PASSPHRASE_FILE")
                    .set(
                            "BACKUP_OFFSITE_LEDGER_URL",
                            "jdbc:h2:file:" + home.root().resolve("own/ledger"));
            tables.setting("backup_encryption_passphrase", PASSPHRASE);
            new SampleArchives(home.backups(), 3).make("database_h.sql.gz", 3_000);

            home.set("DB_PASSWORD", "wrong");
            assertThat(home.run(OffsiteHome.SHORT, "replicate").code()).isEqualTo(ExitCode.UNAVAILABLE);
            assertThat(Files.exists(home.destination())).isFalse();
            assertThat(home.run(OffsiteHome.SHORT, "doctor").out())
                    .contains("FAIL  Heratio's database", "whether a passphrase is set is not known");

            home.set("DB_PASSWORD", DatabaseServer.PASSWORD);
            assertThat(ok(home, "replicate").err()).contains("not adopted");
            assertThat(home.destination().resolve("database_h.sql.gz.gpg")).exists();
            assertThat(tables.number("SELECT COUNT(*) FROM ahg_backup_replication"))
                    .isZero();
        }
    }

    @Test
    void servesWithAPassphraseThatIsChangedInHeratio() throws Exception {
        try (OffsiteHome home = home()) {
            home.unset("BACKUP_ENCRYPTION_PASSPHRASE_FILE");
            tables.setting("backup_encryption_passphrase", "the old one");
            SampleArchives archives = new SampleArchives(home.backups(), 3);
            OffsiteProcess serve = home.start("serve");
            archives.make("a.sql.gz", 3_000);
            verified(serve, 1);
            tables.setting("backup_encryption_passphrase", PASSPHRASE);
            await().atMost(OffsiteHome.SHORT).until(() -> serve.err().contains("ahg_settings has changed"));
            await().atMost(OffsiteHome.SHORT).until(() -> serve.err().split(": serving ", -1).length == 3);
            archives.make("b.sql.gz", 3_000);
            verified(serve, 2);
            serve.terminate();
            assertThat(serve.await(OffsiteHome.SHORT).code()).isZero();

            Path former = Files.writeString(home.root().resolve("former"), "the old one\n");
            home.set("BACKUP_ENCRYPTION_PASSPHRASE_FORMER_FILE", former.toString());
            for (String name : List.of("a.sql.gz", "b.sql.gz")) {
                Path restored = home.root().resolve("restored-" + name);
                ok(home, "restore", name, "--to", restored.toString());
                assertThat(Files.mismatch(restored, home.backups().resolve(name)))
                        .isEqualTo(-1L);
            }
            assertThat(tables.number("SELECT COUNT(DISTINCT key_id) FROM offsite_copy"))
                    .isEqualTo(2);
        }
    }
}
