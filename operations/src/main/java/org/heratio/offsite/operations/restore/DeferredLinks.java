package org.heratio.offsite.operations.restore;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Hard links whose file was not chosen, and is read in a second pass. For one thread. */
final class DeferredLinks {
    private static final int MOST = 100_000;

    private final Map<Path, Deferred> links = new LinkedHashMap<>();

    /**
     * A hard link.
     *
     * @param name of the member
     * @param file name of the member that it is a link to
     * @param number of the member in the archive: the file comes before it
     */
    record Deferred(String name, String file, long number) {}

    void add(Path path, Deferred link) throws RefusedMember {
        if (links.size() >= MOST) {
            throw new RefusedMember("it is one of more than " + MOST + " hard links to members that were not chosen");
        }
        links.put(path, link);
    }

    /** Returns the link that is to be made at a path. */
    @Nullable
    Deferred at(Path path) {
        return links.get(path);
    }

    /** Something else gets this path, or nothing does. */
    void remove(Path path) {
        links.remove(path);
    }

    boolean isEmpty() {
        return links.isEmpty();
    }

    /** Returns the paths of the links by their files. */
    Map<String, List<Path>> byFile() {
        Map<String, List<Path>> paths = new HashMap<>();
        links.forEach((path, link) -> paths.computeIfAbsent(MemberChoice.plain(link.file()), name -> new ArrayList<>())
                .add(path));
        return paths;
    }
}
