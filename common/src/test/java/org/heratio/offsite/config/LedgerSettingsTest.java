package org.heratio.offsite.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.heratio.offsite.config.SettingsFixture.load;
import static org.heratio.offsite.config.SettingsFixture.problems;

import org.heratio.offsite.config.LedgerSettings.Kind;
import org.junit.jupiter.api.Test;

class LedgerSettingsTest {
    @Test
    void isEmbeddedUnlessSomethingElseIsSaid() throws ConfigException {
        LedgerSettings ledger = load("BACKUP_OFFSITE_STATE_DIR", "/state").ledger();

        assertThat(ledger.kind()).isEqualTo(Kind.H2);
        assertThat(ledger.url()).isEqualTo("jdbc:h2:file:/state/ledger/offsite");
        assertThat(ledger.origin()).isEqualTo(Origin.DEFAULT);
    }

    @Test
    void heratiosDatabaseCountsOnlyWithItsConnection() throws ConfigException {
        assertThat(load("DB_HOST", "db", "DB_DATABASE", "h", "DB_PASSWORD", "x")
                        .ledger()
                        .kind())
                .isEqualTo(Kind.H2);
    }

    @Test
    void buildsTheUrlOfMariaDb() throws ConfigException {
        LedgerSettings ledger = load(
                        "DB_CONNECTION", "mysql",
                        "DB_HOST", "db.example.org",
                        "DB_PORT", "3307",
                        "DB_DATABASE", "heratio",
                        "DB_USERNAME", "u",
                        "DB_PASSWORD", "p")
                .ledger();

        assertThat(ledger)
                .isEqualTo(new LedgerSettings(
                        Kind.MARIADB,
                        "jdbc:mariadb://db.example.org:3307/heratio",
                        "u",
                        new Secret("p"),
                        Origin.ENVIRONMENT));
    }

    @Test
    void goesWithoutTlsOnlyOverLoopback() throws ConfigException {
        assertThat(load("DB_CONNECTION", "mariadb", "DB_DATABASE", "h").ledger().url())
                .isEqualTo("jdbc:mariadb://127.0.0.1:3306/h?sslMode=disable");
        assertThat(load("DB_CONNECTION", "mariadb", "DB_HOST", "::1", "DB_DATABASE", "h")
                        .ledger()
                        .url())
                .isEqualTo("jdbc:mariadb://[::1]:3306/h?sslMode=disable");
    }

    @Test
    void buildsTheUrlOfPostgres() throws ConfigException {
        LedgerSettings ledger = load("DB_CONNECTION", "pgsql", "DB_HOST", "db", "DB_DATABASE", "h")
                .ledger();

        assertThat(ledger.kind()).isEqualTo(Kind.POSTGRESQL);
        assertThat(ledger.url()).isEqualTo("jdbc:postgresql://db:5432/h");
        assertThat(ledger.user()).isNull();
        assertThat(ledger.password()).isNull();
    }

    @Test
    void itsOwnUrlIsOverHeratiosDatabase() throws ConfigException {
        LedgerSettings ledger = load(
                        "BACKUP_OFFSITE_LEDGER_URL", "jdbc:mysql://h/d?user=u&password=p",
                        "DB_CONNECTION", "pgsql",
                        "DB_DATABASE", "h",
                        "DB_PASSWORD", "other")
                .ledger();

        assertThat(ledger.url()).isEqualTo("jdbc:mariadb://h/d?user=u&password=p");
        assertThat(ledger.password()).isNull();
        assertThat(ledger.toString()).contains("password=(hidden)").doesNotContain("password=p");
    }

    @Test
    void refusesALedgerInMemory() {
        assertThat(problems("BACKUP_OFFSITE_LEDGER_URL", "jdbc:h2:mem:x"))
                .singleElement()
                .asString()
                .contains("BACKUP_OFFSITE_LEDGER_URL", "in memory");
    }

    @Test
    void refusesADatabaseNameThatCouldChangeTheUrl() {
        assertThat(problems("DB_CONNECTION", "mysql", "DB_DATABASE", "h?allowLocalInfile=true"))
                .singleElement()
                .asString()
                .contains("DB_DATABASE", "BACKUP_OFFSITE_LEDGER_URL");
    }
}
