package org.heratio.offsite.config;

import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The directories of this host whose files only the pipeline makes: a file of anybody else would be taken for one of its own. */
public final class OwnPlaces {
    /** More steps than any path has links that lead to others. */
    private static final int MAX_STEPS = 40;

    private final Map<Path, String> places = new LinkedHashMap<>();

    /** @param copies directories of this host that copies are in */
    public OwnPlaces(Settings.Paths paths, Collection<Path> copies) {
        copies.forEach(directory -> places.putIfAbsent(real(directory), "the directory of copies"));
        places.putIfAbsent(real(paths.spool()), "the spool");
        places.putIfAbsent(real(paths.state()), "the state directory");
    }

    /** Returns which of them a file would be in, for people; empty for none. Follows links as far as the path exists. Blocks. */
    public Optional<String> around(Path file) {
        Path real = real(file);
        return places.entrySet().stream()
                .filter(place -> SameDirectory.isIn(real, place.getKey()))
                .map(place -> place.getValue() + " " + place.getKey())
                .findFirst();
    }

    /** Where a part does not exist, what follows ".." behind it may be a link again. */
    private static Path real(Path path) {
        Path here = path.toAbsolutePath();
        for (int step = 0; step < MAX_STEPS; step++) {
            Path next = DirectoryRules.real(here);
            if (next.equals(here)) {
                break;
            }
            here = next;
        }
        return here;
    }
}
