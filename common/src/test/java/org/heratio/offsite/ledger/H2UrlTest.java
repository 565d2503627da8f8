package org.heratio.offsite.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.stream.Stream;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.ledger.jdbc.JdbcLedger;
import org.heratio.offsite.ledger.jdbc.LedgerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An H2 ledger at a place of the operator's choice is as private and as safe as the default one. */
@ExtendWith(VertxExtension.class)
class H2UrlTest {
    @TempDir
    Path directory;

    private static String rights(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static JdbcLedger open(Vertx vertx, Path database) throws LedgerException {
        return JdbcLedger.open(vertx, new LedgerConfig("jdbc:h2:file:" + database, "", ""), Clock.systemUTC());
    }

    @Test
    void liesInADirectoryThatOnlyItsUserCanEnter(Vertx vertx) throws Exception {
        Path place = directory.resolve("somewhere/new");
        try (JdbcLedger ledger = open(vertx, place.resolve("mine"))) {
            assertThat(ledger.installationId()).isNotEmpty();
            assertThat(rights(place)).isEqualTo("rwx------");
            assertThat(rights(place.resolve("mine.mv.db"))).isEqualTo("rw-------");
            // a second process, as with the default
            try (JdbcLedger second = open(vertx, place.resolve("mine"))) {
                assertThat(second.installationId()).isEqualTo(ledger.installationId());
            }
        }
    }

    @Test
    void closesItsOwnDirectoryToOthersWhenThatWasLeftOpen(Vertx vertx) throws Exception {
        Path place = Files.createDirectory(
                directory.resolve("open"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        open(vertx, place.resolve("mine")).close();
        assertThat(rights(place)).isEqualTo("rwx------");
    }

    @Test
    void isRefusedAmongOtherFilesWhereOthersMayLook(Vertx vertx) throws Exception {
        Path place = Files.createDirectory(directory.resolve("shared"));
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(place.resolve("somebody's"), "x");
        assertThatThrownBy(() -> open(vertx, place.resolve("mine")))
                .isInstanceOfSatisfying(LedgerException.class, e -> {
                    assertThat(e.failure().code()).isEqualTo(ErrorCode.LEDGER_REFUSED);
                    assertThat(e.failure().hint()).contains("directory of its own");
                });
        assertThat(rights(place)).isEqualTo("rwxr-xr-x");
        try (Stream<Path> files = Files.list(place)) {
            assertThat(files).hasSize(1);
        }
    }
}
