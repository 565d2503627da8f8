package org.heratio.offsite.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file whose path is longer than any program may open, root included: directories that were moved into one another. {@link #close} moves
 * them apart, so that they can be removed.
 */
public final class TooDeep implements AutoCloseable {
    private static final String LEVEL = "d".repeat(200);
    private static final int HALF = 11;

    private final Path lower;
    private final Path place;
    private final Path file;

    /**
     * @param directory gets a subdirectory {@code deep}
     * @param aside for the lower half while the path can be opened; on the same file system
     */
    public TooDeep(Path directory, Path aside, String name) throws IOException {
        Path upper = Files.createDirectories(chain(directory.resolve("deep")));
        this.lower = aside.resolve("lower");
        Path bottom = Files.createDirectories(chain(lower));
        Files.writeString(bottom.resolve(name), "out of reach");
        this.place = upper.resolve("lower");
        this.file = chain(place).resolve(name);
        sink();
    }

    private static Path chain(Path top) {
        Path chain = top;
        for (int i = 0; i < HALF; i++) {
            chain = chain.resolve(LEVEL);
        }
        return chain;
    }

    /** The file, which nobody can open by this path. */
    public Path file() {
        return file;
    }

    /** Takes it out of reach again. */
    public void sink() throws IOException {
        Files.move(lower, place);
    }

    /** Takes the lower half out of the directory, where all of it can be read. Idempotent. */
    public void lift() throws IOException {
        if (Files.exists(place)) {
            Files.move(place, lower);
        }
    }

    @Override
    public void close() throws IOException {
        lift();
    }
}
