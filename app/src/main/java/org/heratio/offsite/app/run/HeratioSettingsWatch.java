package org.heratio.offsite.app.run;

import java.time.Duration;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.ledger.LedgerException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks now and then whether somebody changed the backup settings in Heratio: a service must not go on with an old passphrase. */
public final class HeratioSettingsWatch {
    private static final Logger LOG = LoggerFactory.getLogger(HeratioSettingsWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private HeratioSettingsWatch() {}

    /** Blocks until there are other settings, which it returns, or until it is told to stop (null). */
    public static @Nullable Settings await(Settings settings, StopSignal stop) throws InterruptedException {
        boolean told = false;
        while (!stop.await(INTERVAL)) {
            try {
                Settings now = Ledgers.withHeratio(settings, Duration.ZERO);
                if (differ(settings, now)) {
                    return now;
                }
                told = false;
            } catch (LedgerException e) {
                // the stages say so, and wait
                LOG.debug("ahg_settings cannot be read now: {}", e.failure().oneLine());
            } catch (ConfigException e) {
                if (!told) {
                    LOG.error(
                            "ahg_settings has a value that cannot be used; the one before stays in force: {}",
                            e.getMessage());
                    told = true;
                }
            }
        }
        return null;
    }

    private static boolean differ(Settings before, Settings now) {
        return !java.util.Objects.equals(
                        before.encryption().passphrase(), now.encryption().passphrase())
                || !before.paths().backups().equals(now.paths().backups());
    }
}
