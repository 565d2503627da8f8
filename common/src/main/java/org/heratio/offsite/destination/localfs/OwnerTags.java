package org.heratio.offsite.destination.localfs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.files.Durable;

/** The small files below {@code .offsite/} that say whose a copy is, and which installations ship to the directory. */
final class OwnerTags {
    private final Path root;

    OwnerTags(Path root) {
        this.root = root;
    }

    /** Returns the owner of a name; empty when no one, or nothing that can be read, has it. */
    Optional<OwnerTag> of(String name) throws IOException {
        return read(file(name), OwnerTag.MAX_BYTES).flatMap(OwnerTag::parse);
    }

    /** Takes a name for an owner; false when a tag is there already. Of several that do so at once, one gets true. */
    boolean claim(String name, OwnerTag tag) throws IOException {
        Path file = file(name);
        Path written = write(file, tag.content(name));
        try {
            return giveName(written, file);
        } finally {
            Files.deleteIfExists(written);
        }
    }

    /** Writes the tag of a name that the owner has already. */
    void replace(String name, OwnerTag tag) throws IOException {
        Path file = file(name);
        Files.move(write(file, tag.content(name)), file, StandardCopyOption.ATOMIC_MOVE);
        Durable.syncEntry(file);
    }

    /** Gives a name free. */
    void remove(String name) throws IOException {
        Files.deleteIfExists(file(name));
    }

    void announce(Installation self) throws IOException {
        Path file = root.resolve(self.file());
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Path written = write(file, self.content());
        try {
            giveName(written, file);
        } finally {
            Files.deleteIfExists(written);
        }
    }

    List<Installation> installations() throws IOException {
        List<Installation> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(root.resolve(Installation.DIRECTORY))) {
            for (Path file : files) {
                String id = file.getFileName().toString();
                if (Installation.isId(id)) {
                    read(file, Installation.MAX_BYTES).ifPresent(text -> found.add(Installation.parse(id, text)));
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return found;
    }

    private Path file(String name) {
        return root.resolve(OwnerTag.fileFor(name));
    }

    private static Optional<String> read(Path file, int limit) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.of(new String(in.readNBytes(limit), StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            return Optional.empty(); // deleted at this moment
        }
    }

    /** Returns a durable temporary file beside the one that is wanted. */
    private static Path write(Path file, String content) throws IOException {
        Durable.directories(Root.directoryOf(file));
        Path written = file.resolveSibling("." + UUID.randomUUID() + ".new");
        Durable.create(written, content, PartialFile.MODE);
        return written;
    }

    private static boolean giveName(Path written, Path file) throws IOException {
        try {
            Names.link(written, file);
        } catch (FileAlreadyExistsException e) {
            return false;
        }
        Durable.syncEntry(file);
        return true;
    }
}
