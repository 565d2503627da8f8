package org.heratio.offsite.destination.localfs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.heratio.offsite.destination.CopyFiles;
import org.heratio.offsite.files.Durable;
import org.heratio.offsite.files.HeldFile;
import org.heratio.offsite.files.HeldParent;
import org.heratio.offsite.files.Look;
import org.heratio.offsite.files.NotRegularFileException;

/** The file operations of this host's own file systems, each in a directory that is held meanwhile (ADR 76). */
final class LocalFiles implements CopyFiles {
    /** The most time between taking a name and writing to it. */
    private static final Duration CLAIM = Duration.ofMinutes(10);

    private final Path root;
    private final Linker linker;

    /** Gives a file a second name. Throws {@link FileSystemException} where there are none, as on USB sticks. */
    interface Linker {
        void link(Path name, Path file) throws IOException;
    }

    LocalFiles(Path root) {
        this(root, Files::createLink);
    }

    LocalFiles(Path root, Linker linker) {
        this.root = root;
        this.linker = linker;
    }

    @Override
    public boolean exists(String name) throws IOException {
        return ifThere(name, false, file -> Look.exists(file, LinkOption.NOFOLLOW_LINKS));
    }

    @Override
    public boolean isDirectory(String name) throws IOException {
        return ifThere(
                name,
                false,
                file -> Look.exists(file, LinkOption.NOFOLLOW_LINKS)
                        && Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                                .isDirectory());
    }

    @Override
    public Optional<String> read(String name, int maxBytes) throws IOException {
        return ifThere(name, Optional.empty(), file -> read(file, maxBytes));
    }

    /** Returns the beginning of a file as UTF-8; empty when no regular file has the name. */
    static Optional<String> read(Path file, int maxBytes) throws IOException {
        try (HeldFile held = HeldFile.read(file)) {
            return Optional.of(new String(held.input().readNBytes(maxBytes), StandardCharsets.UTF_8));
        } catch (NoSuchFileException | NotRegularFileException e) {
            return Optional.empty();
        }
    }

    private interface Work<T> {
        T on(Path file) throws IOException;
    }

    /** Does something with a name in its directory, which is held meanwhile; returns the other value where one of them is not there. */
    private <T> T ifThere(String name, T otherwise, Work<T> work) throws IOException {
        try (HeldParent parent = HeldParent.open(root, name)) {
            return work.on(parent.path());
        } catch (NoSuchFileException e) {
            return otherwise;
        }
    }

    @Override
    public boolean create(String temporary, String name, String content) throws IOException {
        try (HeldParent parent = HeldParent.make(root, name);
                HeldParent source = HeldParent.open(root, temporary)) {
            write(source.path(), content);
            try {
                if (!claim(source.path(), parent.path())) {
                    return false;
                }
                parent.sync();
                return true;
            } finally {
                Files.deleteIfExists(source.path());
            }
        }
    }

    /** Gives a small file its name, as {@link #link} does. Where there are no links, an empty file takes the name first: one of several gets it. */
    private boolean claim(Path written, Path name) throws IOException {
        return link(written, name, () -> {
            try {
                Files.createFile(name, PartialFile.MODE);
            } catch (FileAlreadyExistsException taken) {
                return isAbandonedClaim(name);
            }
            return true;
        });
    }

    /** Returns whether somebody took a name and came to no end, as in a power cut: the file is empty, and no longer new. */
    private static boolean isAbandonedClaim(Path name) throws IOException {
        BasicFileAttributes file = Files.readAttributes(name, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        Instant given = file.lastModifiedTime().toInstant().plus(CLAIM);
        return file.isRegularFile() && file.size() == 0 && given.isBefore(Instant.now());
    }

    @Override
    public void overwrite(String temporary, String name, String content) throws IOException {
        try (HeldParent parent = HeldParent.make(root, name);
                HeldParent source = HeldParent.open(root, temporary)) {
            write(source.path(), content);
            Files.move(source.path(), parent.path(), StandardCopyOption.ATOMIC_MOVE);
            parent.sync();
        }
    }

    /** Writes a durable temporary file. */
    private static void write(Path file, String content) throws IOException {
        Files.deleteIfExists(file);
        Durable.create(file, content, PartialFile.MODE);
    }

    @Override
    public boolean place(String file, String name) throws IOException {
        try (HeldParent source = HeldParent.open(root, file);
                HeldParent parent = HeldParent.open(root, name)) {
            return link(source.path(), parent.path());
        }
    }

    /**
     * A file system without hard links has no way to give a free name that excludes everyone else: there the name is looked at, the file
     * is moved, and its first name no longer exists.
     */
    private boolean link(Path file, Path name) throws IOException {
        return link(file, name, () -> !Look.exists(name, LinkOption.NOFOLLOW_LINKS));
    }

    /** Decides, where there are no links, whether a file may be moved to its name. */
    private interface Free {
        boolean ask() throws IOException;
    }

    /** Links a file to its name, or moves it there. Returns false if the name is taken. */
    private boolean link(Path file, Path name, Free withoutLinks) throws IOException {
        try {
            linker.link(name, file);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (NoSuchFileException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            if (!withoutLinks.ask()) {
                return false;
            }
            Files.move(file, name, StandardCopyOption.ATOMIC_MOVE);
            return true;
        }
    }

    @Override
    public void replace(String file, String name) throws IOException {
        try (HeldParent source = HeldParent.open(root, file);
                HeldParent parent = HeldParent.open(root, name)) {
            Files.move(
                    source.path(), parent.path(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Override
    public void delete(String name) throws IOException {
        boolean unused = ifThere(name, false, Files::deleteIfExists);
    }

    @Override
    public List<String> list(String directory) throws IOException {
        return ifThere(directory + "/.", List.of(), LocalFiles::names);
    }

    private static List<String> names(Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    @Override
    public void makeDirectoryOf(String name) throws IOException {
        HeldParent.make(root, name).close();
    }

    @Override
    public void syncDirectoryOf(String name) throws IOException {
        try (HeldParent parent = HeldParent.open(root, name)) {
            parent.sync();
        }
    }
}
