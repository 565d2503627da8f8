package org.heratio.offsite.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.heratio.offsite.config.SettingsFixture.load;
import static org.heratio.offsite.config.SettingsFixture.problems;

import java.util.List;
import org.heratio.offsite.config.LedgerSettings.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        Settings settings = load("DB_HOST", "db", "DB_DATABASE", "h", "DB_PASSWORD", "x");
        assertThat(settings.ledger().kind()).isEqualTo(Kind.H2);
        assertThat(settings.heratio()).isNull();
        assertThat(settings.warnings()).singleElement().asString().contains("DB_CONNECTION is not", "passphrase");
        assertThat(load("DB_HOST", "of something else").warnings()).isEmpty();
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
                .isEqualTo("jdbc:mariadb://127.0.0.1:3306/h?sslMode=disable&allowPublicKeyRetrieval=true");
        assertThat(load("DB_CONNECTION", "mariadb", "DB_HOST", "::1", "DB_DATABASE", "h")
                        .ledger()
                        .url())
                .isEqualTo("jdbc:mariadb://[::1]:3306/h?sslMode=disable&allowPublicKeyRetrieval=true");
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
    void itsOwnUrlMovesTheLedgerAndNotHeratiosSettings() throws ConfigException {
        Settings settings = load(
                "BACKUP_OFFSITE_LEDGER_URL", "jdbc:mysql://h/d?user=u&password=p",
                "DB_CONNECTION", "pgsql",
                "DB_DATABASE", "h",
                "DB_PASSWORD", "other");
        LedgerSettings ledger = settings.ledger();

        assertThat(ledger.url()).isEqualTo("jdbc:mariadb://h/d?user=u&password=p");
        assertThat(ledger.password()).isNull();
        assertThat(ledger.toString()).contains("password=(hidden)").doesNotContain("password=p");
        assertThat(settings.heratio())
                .extracting(LedgerSettings::url, LedgerSettings::password)
                .containsExactly("jdbc:postgresql://127.0.0.1:5432/h", new Secret("other"));
        assertThat(settings.warnings()).singleElement().asString().contains("not adopted");
    }

    @Test
    void aUrlThatLeadsToHeratiosDatabaseIsTheWayToItForAll() throws ConfigException {
        for (String url : List.of("//DB.example.org/h?sslMode=trust", "//db.example.org:3306/h")) {
            Settings settings = load(
                    "BACKUP_OFFSITE_LEDGER_URL", "jdbc:mysql:" + url,
                    "DB_CONNECTION", "mysql",
                    "DB_HOST", "db.example.org",
                    "DB_DATABASE", "h");
            assertThat(settings.ledger().url()).isEqualTo("jdbc:mariadb:" + url);
            assertThat(settings.heratio()).isEqualTo(settings.ledger());
            assertThat(settings.warnings()).isEmpty();
        }
        Settings other = load(
                "BACKUP_OFFSITE_LEDGER_URL",
                "jdbc:mysql://localhost/other",
                "DB_CONNECTION",
                "mysql",
                "DB_DATABASE",
                "h");
        assertThat(other.heratio()).isNotEqualTo(other.ledger());
    }

    @Test
    void aLedgerOnAServerMayBeHeratiosAndOneInAFileIsNot() throws ConfigException {
        Settings server = load("BACKUP_OFFSITE_LEDGER_URL", "jdbc:postgresql://h/d");
        assertThat(server.heratio()).isEqualTo(server.ledger());
        assertThat(load("BACKUP_OFFSITE_LEDGER_URL", "jdbc:h2:file:/srv/x").heratio())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://h/d?user=u&password=50%off",
                "jdbc:postgresql://h:50%off/d",
                "jdbc:postgresql://h:99999/d?password=off",
                "jdbc:mariadb://a,b:off/d",
                "jdbc:mariadb://u:off@h/d"
            })
    void refusesAUrlThatADriverWouldPrintWithItsPassword(String url) {
        assertThat(problems("BACKUP_OFFSITE_LEDGER_URL", url))
                .singleElement()
                .asString()
                .startsWith("BACKUP_OFFSITE_LEDGER_URL (environment): has a ")
                .doesNotContain("off@", "50%off", "=off", ":off");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://h:5432,[::1]:5433/d?user=u&password=50%25off",
                "jdbc:postgresql:///d",
                "jdbc:mariadb://h/d?password=50%off",
                "jdbc:mariadb://address=(host=h)(port=3306)/d"
            })
    void takesAUrlThatDriversUnderstand(String url) {
        assertThat(problems("BACKUP_OFFSITE_LEDGER_URL", url)).isEmpty();
    }

    @Test
    void takesLaravelsUrlWhosePartsWin() throws ConfigException {
        Settings settings = load(
                "DB_URL", "mysql://her%40tio:p%23s+s@w:%2F%zz@DB.example.org:3307/h%C3%A9?charset=utf8mb4",
                "DB_CONNECTION", "pgsql",
                "DB_HOST", "other",
                "DB_PORT", "1",
                "DB_DATABASE", "other",
                "DB_USERNAME", "other",
                "DB_PASSWORD", "other");

        assertThat(settings.ledger())
                .isEqualTo(new LedgerSettings(
                        Kind.MARIADB,
                        "jdbc:mariadb://db.example.org:3307/hé",
                        "her@tio",
                        new Secret("p#s+s@w:/%zz"),
                        Origin.ENVIRONMENT));
        assertThat(settings.heratio()).isEqualTo(settings.ledger());
        assertThat(settings.effective().lines().toString())
                .contains("DB_URL=", "(hidden)")
                .doesNotContain("p%23s", "p#s");
        assertThat(settings.toString()).doesNotContain("p%23s", "p#s");
    }

    @Test
    void whatLaravelsUrlDoesNotNameComesFromTheOthers() throws ConfigException {
        LedgerSettings ledger = load("DB_URL", "postgres://db", "DB_DATABASE", "h", "DB_PASSWORD", "p")
                .ledger();
        assertThat(ledger.url()).isEqualTo("jdbc:postgresql://db:5432/h");
        assertThat(ledger.password()).isEqualTo(new Secret("p"));
        assertThat(load("DB_URL", "mariadb://[::1]/h").ledger().url()).startsWith("jdbc:mariadb://[::1]:3306/h?");
        assertThat(problems("DB_URL", "pgsql://db"))
                .singleElement()
                .asString()
                .contains("DB_DATABASE is not set", "DB_URL");
        assertThat(load("DB_URL", "null").ledger().kind()).isEqualTo(Kind.H2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sqlite:///srv/geheim.sqlite",
                "sqlsrv://u:geheim@h/d",
                "mysql://u:geheim/x@h/d",
                "mysql://u:geheim@h:99999/d",
                "mysql://u:geheim@h/d?unix_socket=/run/x",
                "mysql://u:geheim@h/d;x",
                "geheim"
            })
    void refusesAUrlOfLaravelsThatItCannotUse(String url) {
        assertThat(problems("DB_URL", url))
                .singleElement()
                .asString()
                .startsWith("DB_URL (environment): ")
                .doesNotContain("geheim");
    }

    @Test
    void refusesWhatWouldLeadElsewhere() throws ConfigException {
        assertThat(problems("DB_CONNECTION", "mysql", "DB_DATABASE", "h", "DB_SOCKET", "/run/x.sock"))
                .singleElement()
                .asString()
                .contains("DB_SOCKET", "127.0.0.1");
        assertThat(problems("DB_URL", "mysql://h/d", "DB_PREFIX", "her_"))
                .singleElement()
                .asString()
                .contains("DB_PREFIX");
        assertThat(problems("DB_CONNECTION", "pgsql", "DB_DATABASE", "h", "DB_SOCKET", "/run/x", "DB_PREFIX", ""))
                .isEmpty();
        assertThat(problems("DB_SOCKET", "/run/x", "DB_PREFIX", "her_")).isEmpty();
        assertThat(problems(
                        "DB_CONNECTION", "mysql",
                        "DB_DATABASE", "h",
                        "DB_SOCKET", "/run/x",
                        "BACKUP_OFFSITE_LEDGER_URL", "jdbc:mariadb://localhost/h"))
                .as("there is another way to it")
                .isEmpty();
        assertThat(load("DATABASE_URL", "mysql://h/d").warnings())
                .singleElement()
                .asString()
                .contains("DATABASE_URL");
        assertThat(load("DATABASE_URL_FILE", "/run/secrets/of-something-else").warnings())
                .isEmpty();
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
