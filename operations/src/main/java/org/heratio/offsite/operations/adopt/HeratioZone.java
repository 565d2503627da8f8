package org.heratio.offsite.operations.adopt;

import java.util.ArrayList;
import java.util.List;
import org.heratio.offsite.config.Origin;
import org.heratio.offsite.config.Setting;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.ledger.HeratioTables;
import org.heratio.offsite.ledger.LedgerException;

/** Doubts about the time zone of Heratio's table, whose times decide whether an archive was rewritten since it was shipped. */
public final class HeratioZone {
    private HeratioZone() {}

    /**
     * A doubt about the zone.
     *
     * @param hint what to do
     */
    public record Doubt(String text, String hint) {}

    /** Returns whether the zone is set; otherwise times are taken for UTC, as Laravel does. */
    public static boolean isTold(Settings settings) {
        return !settings.origin(Setting.APP_TIMEZONE).equals(Origin.DEFAULT);
    }

    /** Returns what speaks against the zone. Blocks. */
    public static List<Doubt> doubts(Settings settings, HeratioTables heratio) throws LedgerException {
        List<Doubt> doubts = new ArrayList<>();
        if (!isTold(settings)) {
            doubts.add(new Doubt(
                    "APP_TIMEZONE is not set: times in Heratio's table are taken for UTC, and of what Heratio encrypted,"
                            + " archives that are hardly older than their copies are shipped once more",
                    "set it to the zone that Heratio has in its config/app.php, also when that is UTC"));
        }
        heratio.timeToCome(settings.timezone())
                .ifPresent(time -> doubts.add(new Doubt(
                        "Heratio's table has times that are still to come, up to "
                                + time.toString().replace('T', ' ') + " in " + settings.timezone()
                                + ": they were written in another zone",
                        "set APP_TIMEZONE to the zone that Heratio has in its config/app.php; a wrong one hides archives"
                                + " that were rewritten")));
        return doubts;
    }
}
