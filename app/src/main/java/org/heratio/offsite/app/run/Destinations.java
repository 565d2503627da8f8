package org.heratio.offsite.app.run;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiPredicate;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Ledger;

/** Opens the destinations that are configured. */
public final class Destinations {
    private Destinations() {}

    /** The configured destinations by driver, in the order of the settings. */
    public static Map<String, Destination> open(Settings settings, Ledger ledger)
            throws ConfigException, FailureException {
        return open(settings, (driver, below) -> holdsCopies(ledger, driver, below));
    }

    /**
     * The same without a ledger, for reading alone.
     *
     * @param holdsCopies whether a driver should hold copies below a path: an empty one is no destination then, but a mount that is
     *     missing
     */
    public static Map<String, Destination> open(Settings settings, BiPredicate<String, String> holdsCopies)
            throws ConfigException, FailureException {
        Map<String, Destination> destinations = new LinkedHashMap<>();
        boolean opened = false;
        try {
            for (String driver : settings.drivers()) {
                destinations.put(driver, open(driver, settings, holdsCopies));
            }
            opened = true;
            return destinations;
        } finally {
            if (!opened) {
                destinations.values().forEach(Destination::close);
            }
        }
    }

    /** One of them; parameters as those of {@link #open(Settings, BiPredicate)}. */
    public static Destination open(String driver, Settings settings, BiPredicate<String, String> holdsCopies)
            throws ConfigException, FailureException {
        return Drivers.of(driver).open(settings, below -> holdsCopies.test(driver, below));
    }

    private static boolean holdsCopies(Ledger ledger, String driver, String below) {
        try {
            return ledger.view().holdsCopies(driver, below);
        } catch (FailureException e) {
            // not known: then rather nothing is written into what may be an unmounted directory
            return true;
        }
    }
}
