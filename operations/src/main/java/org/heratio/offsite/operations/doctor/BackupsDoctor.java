package org.heratio.offsite.operations.doctor;

import java.util.ArrayList;
import java.util.List;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.finding.Finding;
import org.heratio.offsite.ledger.Unreadable;

/** Reports places below the backup directory whose archives no scan sees. */
final class BackupsDoctor {
    private static final int FINDINGS = 10;

    private BackupsDoctor() {}

    /** @param unreadable includes the places that the service could not read; it may run as another user */
    static List<Finding> of(Unreadable unreadable, Settings settings) {
        String root = settings.paths().backups().toString();
        List<Finding> findings = new ArrayList<>();
        unreadable.places().stream()
                // that it is not there now has been said already
                .filter(place -> !(place.path().equals(root) && place.since() == 0))
                .limit(FINDINGS)
                .forEach(place -> findings.add(Finding.fail(place.reason(), place.hint())));
        if (unreadable.total() > FINDINGS) {
            findings.add(Finding.fail(
                    (unreadable.total() - FINDINGS) + " more places below " + root + " are not shipped",
                    "offsite status --json lists them"));
        }
        return findings;
    }
}
