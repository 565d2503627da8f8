package org.heratio.offsite.ledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import javax.net.ssl.SSLHandshakeException;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.testing.SmallDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class LedgerFailuresTest {
    private static final LedgerConfig CONFIG = new LedgerConfig("jdbc:mariadb://h/d?password=geheim", "u", "geheim");

    @ParameterizedTest
    @ValueSource(
            strings = {"jdbc:postgresql://h/d?user=u&password=50%off", "jdbc:postgresql://h:50off/d?password=50%off"})
    void aUrlThatTheDriverCannotReadIsNotPrinted(String url, Vertx vertx) {
        LedgerConfig config = new LedgerConfig(url, "", "");
        for (FailureException e : new FailureException[] {
            catchThrowableOfType(LedgerException.class, () -> new HeratioDatabase(config).backupSettings()),
            catchThrowableOfType(LedgerException.class, () -> JdbcLedger.open(vertx, config, Clock.systemUTC()))
        }) {
            assertThat(e.failure().oneLine()).contains("(its URL)").doesNotContain("off");
        }
    }

    @Test
    void namesAnEmbeddedFileThatThisUserMayNotWriteInPlaceOfH2sOptions() {
        SQLException readOnly = new SQLException(
                "Feature not supported: \"AUTO_SERVER=TRUE && (readOnly || inMemory)\" [50100-240]", "HYC00", 50100);

        LedgerFailures failures = LedgerFailures.of(readOnly, LedgerConfig.h2(Path.of("/state")));

        assertThat(failures.text())
                .isEqualTo("/state/ledger/offsite.mv.db cannot be read and written here")
                .doesNotContain("AUTO_SERVER");
        assertThat(failures.hint()).contains("give the user that runs offsite the right to read and write it");
    }

    /** H2 refuses the options in these words, and may have others one day. */
    @Test
    void h2SaysOfAFileThatCannotBeWrittenWhatIsLookedFor(@TempDir Path temp) throws Exception {
        try (SmallDisk disk = new SmallDisk(temp.resolve("disk"), 1 << 20)) {
            String url = "jdbc:h2:file:" + disk.path().resolve("ledger");
            H2Properties.set();
            DriverManager.getConnection(url, "sa", "").close();
            disk.readOnly();

            assertThatThrownBy(() -> DriverManager.getConnection(url + ";AUTO_SERVER=TRUE", "sa", ""))
                    .isInstanceOf(SQLException.class)
                    .satisfies(e -> assertThat(LedgerFailures.of(e, new LedgerConfig(url, "sa", ""))
                                    .text())
                            .isEqualTo(disk.path() + "/ledger.mv.db cannot be read and written here"));
        }
    }

    @Test
    void saysWhereToMakeRoom() {
        for (SQLException full : new SQLException[] {
            new SQLException("General error: MVStoreException: Writing to x failed", "HY000", 50000),
            new SQLException("could not extend file: No space left on device", "53100"),
            new SQLException("The table is full", "HY000", 1114)
        }) {
            assertThat(LedgerFailures.of(full, CONFIG).hint()).contains("make room");
        }
    }

    @Test
    void tellsABrokenDiskFromAFullOne() {
        String writing = "General error: MVStoreException: Writing to x failed";
        assertThat(LedgerFailures.of(
                                new SQLException(writing, "HY000", 50000, new IOException("No space left on device")),
                                CONFIG)
                        .hint())
                .contains("make room");
        for (SQLException broken : new SQLException[] {
            new SQLException(writing, "HY000", 50000, new IOException("Input/output error")),
            new SQLException("IO Exception: MVStoreException: Reading from x failed", "90028", 90028)
        }) {
            assertThat(LedgerFailures.of(broken, CONFIG).hint())
                    .contains("dmesg", "BACKUP_OFFSITE_STATE_DIR")
                    .doesNotContain("make room");
        }
    }

    @Test
    void namesAPoolerThatChangesTheConnection() {
        for (SQLException mixedUp : new SQLException[] {
            new SQLException("ERROR: prepared statement \"S_1\" already exists", "42P05"),
            new SQLException("ERROR: prepared statement \"S_2\" does not exist", "26000")
        }) {
            assertThat(LedgerFailures.of(mixedUp, CONFIG).hint()).contains("pool_mode=session", "prepareThreshold=0");
        }
    }

    @Test
    void saysWhereTheLoginComesFrom() {
        LedgerConfig config = CONFIG.withLoginFrom("DB_USERNAME and DB_PASSWORD");
        for (SQLException refused : new SQLException[] {
            new SQLException("Access denied for user 'u'@'h' (using password: YES)", "28000", 1045),
            new SQLException("password authentication failed", "28P01")
        }) {
            assertThat(LedgerFailures.of(refused, config).hint())
                    .contains("DB_USERNAME and DB_PASSWORD", "#", "in quotes");
        }
    }

    @Test
    void saysWhatToDoAboutTls() {
        SQLException checked = new SQLException("handshake", "08000", new SSLHandshakeException("no path found"));
        assertThat(LedgerFailures.of(checked, CONFIG).hint()).contains("sslMode=trust");
        assertThat(LedgerFailures.of(
                                new SQLException("TLS is enabled by default, set sslMode=disable", "08000"), CONFIG)
                        .hint())
                .contains("sslMode=disable");
        assertThat(LedgerFailures.of(new SQLException("RSA public key is not available client side", "S1009"), CONFIG)
                        .hint())
                .contains("allowPublicKeyRetrieval=true");
        assertThat(LedgerFailures.of(new SQLException("denied", "42501"), CONFIG)
                        .hint())
                .isEqualTo(DatabaseRights.HINT);
        assertThat(LedgerFailures.of(new SQLException("connection refused", "08000"), CONFIG)
                        .hint())
                .isNull();
    }
}
