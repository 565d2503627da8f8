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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.heratio.offsite.destination.CopyFiles;
import org.heratio.offsite.files.Durable;
import org.heratio.offsite.files.HeldFile;
import org.heratio.offsite.files.Look;
import org.heratio.offsite.files.NotRegularFileException;

/** The file operations of this host's own file systems. */
final class LocalFiles implements CopyFiles {
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
        return Look.exists(root.resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public boolean isDirectory(String name) {
        return Files.isDirectory(root.resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public Optional<String> read(String name, int maxBytes) throws IOException {
        Path file = root.resolve(name);
        try (HeldFile held = HeldFile.read(file)) {
            return Optional.of(new String(held.input().readNBytes(maxBytes), StandardCharsets.UTF_8));
        } catch (NoSuchFileException | NotRegularFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean create(String temporary, String name, String content) throws IOException {
        Path file = root.resolve(name);
        Path written = write(temporary, file, content);
        try {
            if (!claim(written, file)) {
                return false;
            }
            Durable.syncEntry(file);
            return true;
        } finally {
            Files.deleteIfExists(written);
        }
    }

    /** Where there are no links, an empty file takes the name first: of several that make it, one gets it. */
    private boolean claim(Path written, Path name) throws IOException {
        try {
            linker.link(name, written);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (NoSuchFileException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            try {
                Files.createFile(name, PartialFile.MODE);
            } catch (FileAlreadyExistsException taken) {
                return false;
            }
            Files.move(written, name, StandardCopyOption.ATOMIC_MOVE);
            return true;
        }
    }

    @Override
    public void overwrite(String temporary, String name, String content) throws IOException {
        Path file = root.resolve(name);
        Files.move(write(temporary, file, content), file, StandardCopyOption.ATOMIC_MOVE);
        Durable.syncEntry(file);
    }

    /** Writes a durable temporary file, and makes the directory of the one that is wanted. */
    private Path write(String temporary, Path file, String content) throws IOException {
        Durable.directories(Root.directoryOf(file));
        Path written = root.resolve(temporary);
        Files.deleteIfExists(written);
        Durable.create(written, content, PartialFile.MODE);
        return written;
    }

    @Override
    public boolean place(String file, String name) throws IOException {
        return link(root.resolve(file), root.resolve(name));
    }

    /**
     * A file system without hard links has no way to give a free name that excludes everyone else: there the name is looked at, the file
     * is moved, and its first name no longer exists.
     */
    private boolean link(Path file, Path name) throws IOException {
        try {
            linker.link(name, file);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (NoSuchFileException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            if (Look.exists(name, LinkOption.NOFOLLOW_LINKS)) {
                return false;
            }
            Files.move(file, name, StandardCopyOption.ATOMIC_MOVE);
            return true;
        }
    }

    @Override
    public void replace(String file, String name) throws IOException {
        Files.move(
                root.resolve(file),
                root.resolve(name),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(root.resolve(name));
    }

    @Override
    public List<String> list(String directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(root.resolve(directory))) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return names;
    }

    @Override
    public void makeDirectoryOf(String name) throws IOException {
        Durable.directories(Root.directoryOf(root.resolve(name)));
    }

    @Override
    public void syncDirectoryOf(String name) throws IOException {
        Durable.sync(Root.directoryOf(root.resolve(name)));
    }
}
