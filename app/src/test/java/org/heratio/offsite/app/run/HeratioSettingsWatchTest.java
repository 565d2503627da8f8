package org.heratio.offsite.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.heratio.offsite.config.Origin;
import org.heratio.offsite.config.Secret;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.ledger.HeratioTables.BackupSettings;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.testing.KnownDrivers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HeratioSettingsWatchTest {
    private Settings before;
    private @Nullable BackupSettings table = new BackupSettings("geheim", "/mnt/nas");
    private HeratioSettingsWatch watch;

    @BeforeEach
    void watch() throws Exception {
        before = KnownDrivers.settings(Map.of("HOME", "/home/op"), Path.of("/srv"))
                .load(null)
                .withHeratio("geheim", "/mnt/nas");
        watch = new HeratioSettingsWatch(before, () -> {
            if (table == null) {
                throw new LedgerException(ErrorCode.LEDGER_UNAVAILABLE, "away", null);
            }
            return table;
        });
    }

    @Test
    void seesNothingNewWhereNothingIs() {
        assertThat(watch.look()).isEmpty();
        table = null;
        assertThat(watch.look()).isEmpty();
    }

    @Test
    void aPassphraseThatIsGoneStaysInForce() {
        // as while a dump is imported: dropped, made, filled
        table = new BackupSettings(null, null);
        assertThat(watch.look()).isEmpty();
        table = new BackupSettings(null, "/mnt/other");
        Settings moved = watch.look().orElseThrow();
        assertThat(moved.encryption()).isEqualTo(before.encryption());
        assertThat(moved.encryption().origin()).isEqualTo(Origin.AHG_SETTINGS);
        assertThat(moved.paths().backups()).isEqualTo(Path.of("/mnt/other"));
        table = new BackupSettings("geheim", "/mnt/nas");
        assertThat(watch.look()).isEmpty();
    }

    @Test
    void aPassphraseThatIsEmptiedOrChangedIsTakenAtItsWord() {
        table = new BackupSettings("", "/mnt/nas");
        assertThat(watch.look().orElseThrow().encryption().passphrase()).isNull();
        table = new BackupSettings("neu", "/mnt/nas");
        assertThat(watch.look().orElseThrow().encryption().passphrase()).isEqualTo(new Secret("neu"));
    }

    @Test
    void aPassphraseThatCannotBeUsedChangesNothing() {
        table = new BackupSettings("zwei\nZeilen", "/mnt/nas");
        assertThat(watch.look()).isEmpty();
    }

    @Test
    void whereNoPassphraseWasKnownTheWordThatThereIsNoneIsNews() throws Exception {
        Settings without = KnownDrivers.settings(Map.of("HOME", "/home/op"), Path.of("/srv"))
                .load(null)
                .withHeratio(null, "/mnt/nas");
        HeratioSettingsWatch waiting = new HeratioSettingsWatch(without, () -> Objects.requireNonNull(table));
        table = new BackupSettings(null, "/mnt/nas");
        assertThat(waiting.look()).isEmpty();
        table = new BackupSettings("", "/mnt/nas");
        assertThat(waiting.look().orElseThrow().encryption().none()).isTrue();
    }
}
