package org.heratio.offsite.destination.localfs;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.Presence;
import org.heratio.offsite.destination.Taken;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.Durable;
import org.heratio.offsite.files.Look;
import org.heratio.offsite.text.SystemText;

/**
 * The directory that is the destination: where names lie below it, and whether it is really there. A disk that is not mounted
 * looks like an empty directory; the marker file tells the two apart.
 */
final class Root {

    private final Path path;
    private final LocalFsFailures failures;
    private final DirectoryLayout layout;
    private final Presence presence;

    Root(Path path, LocalFsFailures failures, BooleanSupplier holdsCopies) {
        this.path = path;
        this.failures = failures;
        this.layout = new DirectoryLayout(path.toString());
        this.presence = new Presence(path.toString(), "BACKUP_OFFSITE_LOCALFS_PATH", holdsCopies);
    }

    Path path() {
        return path;
    }

    DirectoryLayout layout() {
        return layout;
    }

    Path marker() {
        return path.resolve(DirectoryLayout.MARKER);
    }

    /** Where a name lies, proved to be below the root as far as its directories exist already. */
    Path locate(String name) throws FailureException {
        Path file = below(name);
        requireInside(file);
        return file;
    }

    /** Throws unless the directories of our own files do not lead out either. */
    void requireOursInside() throws FailureException {
        requireInside(path.resolve(OwnerTag.fileFor("")));
        requireInside(path.resolve(Installation.DIRECTORY + "/any"));
    }

    private void requireInside(Path file) throws FailureException {
        Path parent = directoryOf(file);
        while (!parent.equals(path) && Look.at(parent, LinkOption.NOFOLLOW_LINKS) == Look.NOT_THERE) {
            parent = directoryOf(parent);
        }
        try {
            if (!parent.toRealPath().startsWith(path.toRealPath())) {
                throw leadsOut(parent);
            }
            if (!Files.readAttributes(parent, BasicFileAttributes.class).isDirectory()) {
                throw Taken.byAFileAbove(parent.toString());
            }
        } catch (NoSuchFileException e) {
            if (!parent.equals(path)) {
                throw leadsOut(parent);
            }
        } catch (IOException e) {
            throw failures.classify("looking at " + parent, e);
        }
    }

    /** The directory of a file or directory that lies below the root. */
    static Path directoryOf(Path below) {
        return Objects.requireNonNull(below.getParent(), "what lies below the root has a parent");
    }

    /** Throws unless a copy can be called so; looks at nothing. */
    Path below(String name) throws FailureException {
        layout.requireUsable(name);
        try {
            if (!SystemText.opens(name)) {
                throw new InvalidPathException(
                        name, "file names are written as " + SystemText.charsetOfNames() + ", and it is not ASCII");
            }
            return path.resolve(name);
        } catch (InvalidPathException e) {
            throw new FailureException(
                    ErrorCode.ARCHIVE_NAME_UNUSABLE,
                    "the name " + name + " cannot be a file name here: " + e.getReason(),
                    SystemText.HINT,
                    e);
        }
    }

    private FailureException leadsOut(Path link) {
        return new FailureException(
                ErrorCode.DESTINATION_DENIED,
                link + " is a symbolic link that leads out of the destination " + path,
                "replace it by a directory");
    }

    /** Passes when what is not found is certainly not there. */
    void requirePresent() throws FailureException {
        Presence.View view = presence.view();
        view.requirePresent(state());
    }

    /** Passes under the same condition for someone who knows of a copy there. */
    void requireNotHollow() throws FailureException {
        Presence.View view = presence.view();
        view.requireNotHollow(state());
    }

    private Presence.State state() throws FailureException {
        try {
            return marked() ? Presence.State.MARKED : unmarked();
        } catch (IOException e) {
            throw failures.classify("looking into " + path, e);
        }
    }

    private boolean marked() throws IOException {
        try {
            return Files.readAttributes(marker(), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isRegularFile();
        } catch (NoSuchFileException e) {
            return false; // another put may make it at this moment
        } catch (IOException e) {
            if (Look.exists(marker(), LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            }
            return false;
        }
    }

    private Presence.State unmarked() throws IOException, FailureException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            return entries.iterator().hasNext() ? Presence.State.UNMARKED : Presence.State.EMPTY;
        } catch (NoSuchFileException e) {
            Path parent = path.getParent();
            return parent != null && Look.exists(parent) ? Presence.State.ABSENT : Presence.State.NOWHERE;
        } catch (NotDirectoryException e) {
            throw misconfigured(path + " is not a directory");
        }
    }

    /** Returns whether the directory is there, as far as can be told; if not, a put would make it. */
    boolean exists() {
        return Look.at(path) != Look.NOT_THERE;
    }

    private static FailureException misconfigured(String reason) {
        return new FailureException(
                ErrorCode.DESTINATION_MISCONFIGURED,
                reason,
                "make the directory, mount the disk, or correct BACKUP_OFFSITE_LOCALFS_PATH");
    }

    /** Makes the directory and its marker where they are missing. */
    void prepare() throws IOException, FailureException {
        Presence.View view = presence.view();
        Presence.State state = state();
        view.requireWritable(state);
        if (state != Presence.State.MARKED) {
            Durable.directories(path);
            writeMarker();
            view.marked();
        }
    }

    private void writeMarker() throws IOException {
        try {
            Durable.create(marker(), DirectoryLayout.MARKER_TEXT);
        } catch (FileAlreadyExistsException e) {
            return; // another process was quicker
        }
        Durable.sync(path);
    }
}
