package org.heratio.offsite.operations.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.config.Origin;
import org.heratio.offsite.config.Secret;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.LedgerFixture;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.jdbc.JdbcLedger;
import org.heratio.offsite.openpgp.CipherMode;
import org.heratio.offsite.openpgp.QuickKeys;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith({VertxExtension.class, QuickKeys.class})
class UnknownKeysTest {
    @TempDir
    Path directory;

    @Test
    void countsTheCopiesOfEachPassphraseThatIsNoLongerSet(Vertx vertx) throws Exception {
        try (JdbcLedger ledger = (JdbcLedger) LedgerFixture.h2(vertx, directory)) {
            ship(ledger, "a.gz", "old");
            ship(ledger, "b.gz", "old");
            ship(ledger, "c.gz", "older");
            ship(ledger, "d.gz", "new");
            ship(ledger, "e.gz", null);

            assertThat(UnknownKeys.look(encryption("new"), ledger).text())
                    .hasValueSatisfying(text -> assertThat(text).contains("3 encrypted copies", "'offsite restore'"));
            assertThat(UnknownKeys.look(encryption("new", "old"), ledger).text())
                    .hasValueSatisfying(text -> assertThat(text).startsWith("1 encrypted copy opens"));
            assertThat(new UnknownKeys(0).text()).isEmpty();
        }
    }

    @Test
    void concludesNothingWhereNoPassphraseIsSet(Vertx vertx) throws Exception {
        try (JdbcLedger ledger = (JdbcLedger) LedgerFixture.h2(vertx, directory)) {
            ship(ledger, "a.gz", "old");
            ship(ledger, "b.gz", "older");

            assertThat(UnknownKeys.look(encryption(null), ledger).copies()).isZero();
            assertThat(UnknownKeys.look(encryption(null, "old"), ledger).copies())
                    .isEqualTo(1);
        }
    }

    private static Settings.Encryption encryption(@Nullable String passphrase, String... former) {
        return new Settings.Encryption(
                passphrase == null ? null : new Secret(passphrase),
                false,
                Origin.DEFAULT,
                Stream.of(former).map(Secret::new).toList(),
                CipherMode.CFB);
    }

    /** @param passphrase null for a copy whose key nobody knows */
    private void ship(JdbcLedger ledger, String name, @Nullable String passphrase) throws Exception {
        String keyId = passphrase == null ? null : Keys.idOf(new Secret(passphrase), ledger.installationId());
        ledger.encryptsWith(() -> keyId);
        Version version = ledger.versions()
                .settle(new ArchiveFile("/backups/" + name, name, 10, 1_000L), 1, List.of("localfs"), false);
        String sha256 = "a".repeat(64);
        Payload payload = ledger.payloads()
                .record(version.id(), sha256, name, sha256, 1, true)
                .orElseThrow();
        Copy copy = ledger.copies().ofVersion(version.id()).get(0);
        assertThat(ledger.copies().recordPendingPut(copy.id(), "/offsite/" + name, payload))
                .isTrue();
        assertThat(ledger.copies().replicated(copy.id(), "/offsite/" + name, payload))
                .isTrue();
    }
}
