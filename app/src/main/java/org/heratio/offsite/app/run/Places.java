package org.heratio.offsite.app.run;

import java.util.ArrayList;
import java.util.List;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Elsewhere;
import org.jspecify.annotations.Nullable;

/**
 * Whether the copies that the ledger knows lie where the destinations are configured to be. The remote path tells a changed
 * directory or prefix; a changed bucket or host is told by a note in the state directory. Blocks.
 */
public final class Places {
    private static final String REMEDY =
            "; they are neither shipped again nor verified. Configure the place that they were"
                    + " shipped to, or ship all to the new one: offsite replicate --force";

    private final Node node;
    private final PlaceNotes notes;

    public Places(Node node) {
        this.node = node;
        this.notes = new PlaceNotes(node.settings().paths().state().resolve("places"));
    }

    /** One sentence for each destination whose copies lie elsewhere. */
    public List<String> warnings() throws FailureException {
        List<String> warnings = new ArrayList<>();
        for (Destination destination : node.destinations().values()) {
            String warning = warning(destination);
            if (warning != null) {
                warnings.add(warning);
            }
        }
        return warnings;
    }

    /** What tells the place of a destination from any other. */
    public static String of(Settings settings, Destination destination) {
        return Drivers.known(destination.driver()).place(settings) + " " + root(destination);
    }

    /** What all its remote paths begin with. */
    private static String root(Destination destination) {
        String path = destination.remotePath("x");
        return path.substring(0, path.length() - 1);
    }

    private @Nullable String warning(Destination destination) throws FailureException {
        String driver = destination.driver();
        Elsewhere copies = node.ledger().view().elsewhere(driver, root(destination));
        if (copies.outside() > 0) {
            return driver + ": " + copies.outside() + " of " + copies.copies()
                    + " copies lie outside the place that is configured now, the first at " + copies.first() + REMEDY;
        }
        String place = Drivers.known(driver).place(node.settings());
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

    /** All copies were shipped to the places that are configured now. */
    public void settled() {
        node.destinations()
                .keySet()
                .forEach(driver -> notes.write(driver, Drivers.known(driver).place(node.settings())));
    }
}
