package org.heratio.offsite.app.run;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.localfs.LocalFsDestination;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Ledger;

/** The one place that knows which drivers there are. */
public final class Destinations {
    private Destinations() {}

    /** The configured destinations by driver, in the order of the settings. */
    public static Map<String, Destination> open(Settings settings, Ledger ledger) throws ConfigException {
        Map<String, Destination> destinations = new LinkedHashMap<>();
        for (String driver : settings.drivers()) {
            destinations.put(driver, open(driver, settings, ledger));
        }
        return destinations;
    }

    private static Destination open(String driver, Settings settings, Ledger ledger) throws ConfigException {
        return switch (driver) {
            case "localfs" -> {
                Path root = settings.localfs().path();
                yield new LocalFsDestination(root, () -> holdsCopies(ledger, driver, root + "/"));
            }
            default ->
                throw new ConfigException(java.util.List.of(new ConfigProblem(
                        "the driver " + driver + " is not part of this build", "set BACKUP_OFFSITE_DRIVER=localfs")));
        };
    }

    private static boolean holdsCopies(Ledger ledger, String driver, String below) {
        try {
            return ledger.holdsCopies(driver, below);
        } catch (FailureException e) {
            // not known: then rather nothing is written into what may be an unmounted directory
            return true;
        }
    }
}
