package org.heratio.offsite.app.heratio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import org.heratio.offsite.app.e2e.OffsiteHome;
import org.heratio.offsite.app.e2e.OffsiteProcess;
import org.heratio.offsite.app.e2e.SampleArchives;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.testing.DatabaseServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every command has to do on a database of Heratio's; a kind of database joins with a class of its own. */
abstract class HeratioCommands {
    static final String PASSPHRASE = "from heratio";

    @TempDir
    Path directory;

    final DatabaseServer server;
    final HeratioTables tables;

    HeratioCommands(DatabaseServer server) {
        this.server = server;
        this.tables = new HeratioTables(server);
    }

    /** Takes from a new user, whose password is {@link DatabaseServer#PASSWORD}, all rights on Heratio's table but reading. */
    abstract void makeReader(String name);

    OffsiteHome home() throws Exception {
        OffsiteHome home = new OffsiteHome(directory);
        return home.onDatabase(server, tables.database());
    }

    @Test
    void everyCommandWorksWithTheSettingsInHeratiosDatabase() throws Exception {
        try (OffsiteHome home = home()) {
            home.unset("BACKUP_ENCRYPTION_PASSPHRASE_FILE").unset("HERATIO_BACKUPS_PATH");
            tables.setting("backup_encryption_passphrase", PASSPHRASE);
            tables.setting("backup_path", home.backups().toString());
            Path archive = new SampleArchives(home.backups(), 3).make("database_h.sql.gz", 30_000);

            ok(home, "replicate");
            Files.writeString(home.gpg().passphraseFile(), PASSPHRASE + "\n");
            home.proof().everythingIsOffsite();
            assertThat(tables.operatorsSelect())
                    .singleElement()
                    .satisfies(row -> assertThat(row).startsWith(archive.toString(), "localfs", "verified"));
            assertThat(tables.number("SELECT COUNT(*) FROM offsite_copy WHERE LENGTH(key_id) = 8"))
                    .isEqualTo(1);

            String config = ok(home, "config").out();
            assertThat(config)
                    .contains("BACKUP_ENCRYPTION_PASSPHRASE=(hidden)  # ahg_settings")
                    .contains("HERATIO_BACKUPS_PATH=" + home.backups() + "  # ahg_settings")
                    .doesNotContain(PASSPHRASE);
            ok(home, "verify-integrity", "--all");
            assertThat(ok(home, "status").out()).contains("1 sealed", "1 verified");
            String doctor = ok(home, "doctor").out();
            assertThat(doctor).contains("the database allows what is needed", "opens with the passphrase");
            Path restored = home.root().resolve("restored.gz");
            ok(home, "restore", "database_h.sql.gz", "--to", restored.toString());
            assertThat(Files.mismatch(restored, archive)).isEqualTo(-1L);
        }
    }

    @Test
    void nothingIsShippedInClearWhileThePassphraseIsGone() throws Exception {
        try (OffsiteHome home = home()) {
            home.unset("BACKUP_ENCRYPTION_PASSPHRASE_FILE");
            tables.setting("backup_encryption_passphrase", PASSPHRASE);
            SampleArchives archives = new SampleArchives(home.backups(), 3);
            archives.make("a.sql.gz", 3_000);
            ok(home, "replicate");
            archives.make("b.sql.gz", 3_000);

            tables.run("DELETE FROM ahg_settings");
            for (String[] command : new String[][] {{"replicate"}, {"replicate", "--dry-run"}}) {
                OffsiteProcess.Exit exit = home.run(OffsiteHome.SHORT, command);
                assertThat(exit.code()).as("%s", exit).isEqualTo(ExitCode.USAGE);
                assertThat(exit.err())
                        .contains("encrypted before", "HINT: put backup_encryption_passphrase back")
                        .doesNotContain("warning: archives are shipped");
            }
            assertThat(ok(home, "history").out()).contains("a.sql.gz");
            OffsiteProcess.Exit doctor = home.run(OffsiteHome.SHORT, "doctor");
            assertThat(doctor.code()).isEqualTo(ExitCode.FAILED);
            assertThat(doctor.out()).containsPattern("FAIL .*encrypted before").doesNotContain("is not encrypted");
            assertThat(ok(home, "verify-integrity", "--all").err()).contains("nothing is repaired here");

            OffsiteProcess serve = home.start("serve");
            await().atMost(OffsiteHome.SHORT).until(() -> serve.err().contains("waiting for a passphrase"));
            tables.setting("backup_encryption_passphrase", PASSPHRASE);
            await().atMost(OffsiteHome.SHORT)
                    .until(() -> Files.exists(home.destination().resolve("b.sql.gz.gpg")));
            serve.terminate();
            assertThat(serve.await(OffsiteHome.SHORT).code()).as(serve.err()).isZero();

            archives.make("c.sql.gz", 3_000);
            tables.setting("backup_encryption_passphrase", "");
            ok(home, "replicate");
            assertThat(home.destination().resolve("c.sql.gz")).exists();
            assertThat(home.destination().resolve("b.sql.gz")).doesNotExist();
        }
    }

    @Test
    void aTableThatItMayNotWriteIsRefusedAtTheStartWithWhatToGrant() throws Exception {
        try (OffsiteHome home = home()) {
            makeReader("reader");
            home.set("DB_USERNAME", "reader");
            new SampleArchives(home.backups(), 3).make("database_h.sql.gz", 3_000);

            OffsiteProcess.Exit exit = home.run(OffsiteHome.SHORT, "replicate");

            assertThat(exit.code()).as("%s", exit).isEqualTo(ExitCode.UNAVAILABLE);
            assertThat(exit.err()).contains("ahg_backup_replication", "HINT: the database user needs");
            assertThat(Files.exists(home.destination())).isFalse();
            OffsiteProcess.Exit doctor = home.run(OffsiteHome.SHORT, "doctor");
            assertThat(doctor.code()).isEqualTo(1);
            assertThat(doctor.out()).contains("FAIL  ", "ahg_backup_replication");
        }
    }

    static void verified(OffsiteProcess serve, int copies) {
        await().atMost(OffsiteHome.SHORT).until(() -> serve.err().split("Verified copy=", -1).length > copies);
    }

    static OffsiteProcess.Exit ok(OffsiteHome home, String... arguments) throws Exception {
        OffsiteProcess.Exit exit = home.run(OffsiteHome.LONG, arguments);
        assertThat(exit.code()).as("%s: %s", arguments[0], exit).isZero();
        return exit;
    }
}
