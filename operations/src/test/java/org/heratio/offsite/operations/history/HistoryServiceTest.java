package org.heratio.offsite.operations.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.ledger.ClaimedCopy;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.ReplicationRow;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.jdbc.JdbcLedger;
import org.heratio.offsite.ledger.jdbc.LedgerConfig;
import org.heratio.offsite.stage.ManualClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Times of the public table, which has no zone. */
@ExtendWith(VertxExtension.class)
class HistoryServiceTest {
    private static final Duration UNTIL_PROVED = Duration.ofMillis(276_998);
    private static final String SHA256 = "a".repeat(64);
    private static final String REMOTE = "/offsite/a.gz";
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final ZoneId KIRITIMATI = ZoneId.of("Pacific/Kiritimati");
    private static final ZoneId ST_JOHNS = ZoneId.of("America/St_Johns");

    @TempDir
    Path temp;

    @Test
    void timesOfACopyOfOursAreRightInWhateverZoneTheyWereWritten(Vertx vertx) throws Exception {
        ManualClock clock = new ManualClock();
        clock.advance(Duration.ofMillis(1));
        Instant shipped = clock.instant();
        try (Ledger ledger = JdbcLedger.open(vertx, LedgerConfig.h2(temp).withZone(KIRITIMATI), clock)) {
            Copy copy = ship(ledger);
            clock.advance(UNTIL_PROVED);
            assertThat(ledger.proofs().record(copy.id(), SHA256)).isTrue();

            for (ZoneId now : List.of(KIRITIMATI, ST_JOHNS, ZoneOffset.UTC)) {
                assertThat(new HistoryService(ledger.view(), now).rows(10, null))
                        .singleElement()
                        .satisfies(history -> {
                            assertThat(history.row().replicatedAt()).isEqualTo("2026-03-01T03:15:00Z");
                            assertThat(history.row().verifiedAt()).isEqualTo("2026-03-01T03:19:36Z");
                            assertThat(history.replicatedAt())
                                    .isEqualTo(LocalDateTime.ofInstant(shipped, now)
                                            .truncatedTo(ChronoUnit.SECONDS));
                            assertThat(history.proved()).isTrue();
                        });
            }
        }
    }

    @Test
    void theTimeOfACopyThatHeratioShippedIsReadInThePresentZoneAfterTheZoneWasCorrected(Vertx vertx) throws Exception {
        ManualClock clock = new ManualClock();
        clock.advance(Duration.ofMillis(1));
        LedgerConfig config = LedgerConfig.h2(temp);
        try (Ledger ledger = JdbcLedger.open(vertx, config.withZone(ZoneOffset.UTC), clock)) {
            heratios(config);
            ReplicationRow row = ledger.claims().unreviewed("localfs", "here").get(0);
            ledger.claims()
                    .adopt(List.of(
                            new ClaimedCopy(row, new ArchiveFile("/b/a.gz", "a.gz", 5, 1_000L), "a.gz", REMOTE, 5)));
            assertReplicated(ledger, ZoneOffset.UTC, "2026-02-28T23:00:00Z");
            assertReplicated(ledger, BERLIN, "2026-02-28T22:00:00Z");

            Copy copy = ledger.copies().at("localfs", REMOTE).orElseThrow();
            assertThat(ledger.proofs().record(copy.id(), SHA256)).isTrue();

            assertReplicated(ledger, BERLIN, "2026-02-28T22:00:00Z");
        }
    }

    private static void assertReplicated(Ledger ledger, ZoneId now, String time) throws Exception {
        assertThat(new HistoryService(ledger.view(), now).rows(10, null))
                .singleElement()
                .satisfies(history -> assertThat(history.row().replicatedAt()).isEqualTo(time));
    }

    private static void heratios(LedgerConfig config) throws SQLException {
        try (Connection connection = DriverManager.getConnection(config.jdbcUrl(), config.user(), config.password());
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO ahg_backup_replication (local_path, remote_path, driver, size_bytes, sha256, "
                            + "encrypted, replicated_at, status) VALUES ('/b/a.gz', '" + REMOTE + "', 'localfs', 5, '"
                            + SHA256
                            + "', '0', '2026-02-28 23:00:00', 'replicated')");
        }
    }

    private static Copy ship(Ledger ledger) throws Exception {
        Version version =
                ledger.versions().settle(new ArchiveFile("/b/a.gz", "a.gz", 5, 1_000L), 1, List.of("localfs"), false);
        Payload payload = ledger.payloads()
                .record(version.id(), SHA256, "", SHA256, 5, false)
                .orElseThrow();
        Copy copy = ledger.copies().ofVersion(version.id()).get(0);
        assertThat(ledger.copies().recordPendingPut(copy.id(), REMOTE, payload)).isTrue();
        assertThat(ledger.copies().replicated(copy.id(), REMOTE, payload)).isTrue();
        return copy;
    }

    @Test
    void aTimeThatAnotherProgramWroteIsReadInTheZoneOfTheSettings() {
        LocalDateTime shown = LocalDateTime.of(2026, 11, 30, 10, 14, 46);
        Instant read = Instant.parse("2026-11-30T13:44:46Z");

        assertThat(ShownRows.instant(shown, null, ST_JOHNS)).isEqualTo(read);
        for (Duration apart : List.of(Duration.ofMinutes(7), Duration.ofDays(-2), Duration.ofDays(300))) {
            assertThat(ShownRows.instant(shown, read.plus(apart).toEpochMilli(), ST_JOHNS))
                    .as("%s", apart)
                    .isEqualTo(read);
        }
    }

    @Test
    void theSecondOfTwoEqualHoursOfAutumnIsToldFromTheFirst() {
        LocalDateTime shown = LocalDateTime.of(2026, 10, 25, 2, 30);
        for (String time : List.of("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z")) {
            Instant own = Instant.parse(time);
            assertThat(ShownRows.instant(shown, own.toEpochMilli(), BERLIN)).isEqualTo(own);
        }
    }
}
