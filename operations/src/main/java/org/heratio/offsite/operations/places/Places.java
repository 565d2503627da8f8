package org.heratio.offsite.operations.places;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.Driver;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Elsewhere;
import org.heratio.offsite.ledger.LedgerView;
import org.jspecify.annotations.Nullable;

/**
 * Checks that the copies in the ledger are stored where the destinations are configured now. The remote path shows a changed directory or
 * prefix; a note in the state directory shows a changed bucket or host. Blocks.
 */
public final class Places {
    private static final String REMEDY =
            "; they are neither shipped again nor verified. Configure the place that they were"
                    + " shipped to, or ship all to the new one: offsite replicate --force";

    private final Settings settings;
    private final Map<String, Destination> destinations;
    private final Function<String, Driver> drivers;
    private final LedgerView ledger;
    private final PlaceNotes notes;

    /**
     * @param destinations by driver
     * @param drivers knows each driver of the settings by its name
     */
    public Places(
            Settings settings,
            Map<String, Destination> destinations,
            Function<String, Driver> drivers,
            LedgerView ledger) {
        this.settings = settings;
        this.destinations = destinations;
        this.drivers = drivers;
        this.ledger = ledger;
        this.notes = new PlaceNotes(settings.paths().state().resolve("places"));
    }

    /** Returns one sentence for each destination whose copies are stored elsewhere. */
    public List<String> warnings() throws FailureException {
        List<String> warnings = new ArrayList<>();
        for (Destination destination : destinations.values()) {
            String warning = warning(destination);
            if (warning != null) {
                warnings.add(warning);
            }
        }
        return warnings;
    }

    /** Returns what distinguishes the place of a destination from any other. */
    public String of(Destination destination) {
        return place(destination.driver()) + " " + root(destination);
    }

    /** Returns the prefix of all its remote paths. */
    private static String root(Destination destination) {
        String path = destination.remotePath("x");
        return path.substring(0, path.length() - 1);
    }

    private @Nullable String warning(Destination destination) throws FailureException {
        String driver = destination.driver();
        Elsewhere copies = ledger.elsewhere(driver, root(destination));
        if (copies.outside() > 0) {
            return driver + ": " + copies.outside() + " of " + copies.copies()
                    + " copies lie outside the place that is configured now, the first at " + copies.first() + REMEDY;
        }
        String place = place(driver);
        String noted = notes.read(driver);
        if (noted == null || copies.copies() == 0) {
            notes.write(driver, place);
            return null;
        }
        return noted.equals(place)
                ? null
                : driver + ": " + copies.copies() + " copies were shipped to " + noted + ", and configured is " + place
                        + REMEDY + ". If it is the same place under another name, remove " + notes.file(driver);
    }

    /** Notes that all copies were shipped to the places that are configured now. */
    public void settled() {
        destinations.keySet().forEach(driver -> notes.write(driver, place(driver)));
    }

    private String place(String driver) {
        return drivers.apply(driver).place(settings);
    }
}
