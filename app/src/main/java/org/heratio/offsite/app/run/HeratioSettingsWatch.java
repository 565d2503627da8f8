package org.heratio.offsite.app.run;

import java.time.Duration;
import java.util.Optional;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.Origin;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.ledger.HeratioTables;
import org.heratio.offsite.ledger.LedgerException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks now and then whether somebody changed the backup settings in Heratio: a service must not go on with an old passphrase. */
public final class HeratioSettingsWatch {
    private static final Logger LOG = LoggerFactory.getLogger(HeratioSettingsWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    /** Reads what {@code ahg_settings} says now. */
    interface Source {
        HeratioTables.BackupSettings read() throws LedgerException;
    }

    private final Settings before;
    private final Source source;
    private boolean toldUnusable;
    private boolean toldGone;

    HeratioSettingsWatch(Settings before, Source source) {
        this.before = before;
        this.source = source;
    }

    /** Blocks until there are other settings, which it returns, or until it is told to stop (null). */
    public static @Nullable Settings await(Settings settings, StopSignal stop) throws InterruptedException {
        Optional<HeratioTables> heratio = Ledgers.heratio(settings, Duration.ZERO);
        if (heratio.isEmpty()) {
            stop.await();
            return null;
        }
        HeratioSettingsWatch watch = new HeratioSettingsWatch(settings, heratio.get()::backupSettings);
        while (!stop.await(INTERVAL)) {
            Optional<Settings> changed = watch.look();
            if (changed.isPresent()) {
                return changed.get();
            }
        }
        return null;
    }

    /** The new settings, or empty when those in force stay so. */
    Optional<Settings> look() {
        try {
            HeratioTables.BackupSettings found = source.read();
            tellIfGone(found);
            Settings now = before.withHeratio(found.passphrase(), found.backupPath());
            toldUnusable = false;
            return differ(before, now) ? Optional.of(now) : Optional.empty();
        } catch (LedgerException e) {
            // the stages say so, and wait
            LOG.debug("ahg_settings cannot be read now: {}", e.failure().oneLine());
        } catch (ConfigException e) {
            if (!toldUnusable) {
                LOG.error(
                        "ahg_settings has a value that cannot be used; the one before stays in force: {}",
                        e.getMessage());
                toldUnusable = true;
            }
        }
        return Optional.empty();
    }

    private void tellIfGone(HeratioTables.BackupSettings found) {
        boolean gone =
                found.passphrase() == null && before.encryption().origin().equals(Origin.AHG_SETTINGS);
        if (gone && !toldGone) {
            LOG.error(
                    "backup_encryption_passphrase is gone from ahg_settings; the one before stays in force until a restart."
                            + " HINT: put it back; or, to ship unencrypted from now on, let the row be there with an empty text");
        }
        toldGone = gone;
    }

    private static boolean differ(Settings before, Settings now) {
        return !java.util.Objects.equals(
                        before.encryption().passphrase(), now.encryption().passphrase())
                || before.encryption().none() != now.encryption().none()
                || !before.paths().backups().equals(now.paths().backups());
    }
}
