package org.heratio.offsite.operations.places;

import java.io.IOException;
import java.nio.file.Path;
import org.heratio.offsite.files.Durable;
import org.heratio.offsite.files.NoFollow;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes in the state directory to which place each driver has shipped, in words. Nothing depends on a note: one that cannot be read or
 * written is skipped. Blocks.
 */
record PlaceNotes(Path directory) {
    private static final Logger LOG = LoggerFactory.getLogger(PlaceNotes.class);
    private static final int MAX_BYTES = 64 << 10;

    Path file(String driver) {
        return directory.resolve(driver);
    }

    /** Returns null if there is none. */
    @Nullable
    String read(String driver) {
        try {
            String place =
                    NoFollow.text(file(driver), MAX_BYTES).map(String::strip).orElse("");
            // what a crash left says nothing
            return place.isEmpty() ? null : place;
        } catch (IOException e) {
            LOG.debug("the note about {} can't be read", driver, e);
            return null;
        }
    }

    void write(String driver, String place) {
        try {
            if (place.equals(read(driver))) {
                return;
            }
            Durable.directories(directory);
            Durable.write(file(driver), place + "\n");
        } catch (IOException e) {
            LOG.debug("no note could be made about {}", driver, e);
        }
    }
}
