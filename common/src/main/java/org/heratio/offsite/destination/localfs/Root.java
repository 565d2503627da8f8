package org.heratio.offsite.destination.localfs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.Sha256Sidecar;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.Durable;
import org.heratio.offsite.text.SystemText;

/**
 * The directory that is the destination: where names lie below it, and whether it is really there. A disk that is not mounted
 * looks like an empty directory; the marker file tells the two apart.
 */
final class Root {

    static final String MARKER = ".heratio-offsite";
    static final String PARTIAL = ".offsite-partial";

    private static final String MARKER_TEXT = """
            This directory holds copies of backups, made by Heratio Offsite. Leave this file where it is:
            without it, a disk that is not mounted could not be told from one that has lost everything.
            """;

    private final Path path;
    private final IoTrouble trouble;
    private final BooleanSupplier holdsCopies;
    private volatile boolean markerSeen;

    Root(Path path, IoTrouble trouble, BooleanSupplier holdsCopies) {
        this.path = path;
        this.trouble = trouble;
        this.holdsCopies = holdsCopies;
    }

    Path path() {
        return path;
    }

    Path marker() {
        return path.resolve(MARKER);
    }

    Path partial() {
        return path.resolve(PARTIAL);
    }

    /** Where a name lies, proved to be below the root as far as its directories exist already. */
    Path locate(String name) throws FailureException {
        Path file = below(name);
        Path parent = directoryOf(file);
        while (!parent.equals(path) && !Files.exists(parent, LinkOption.NOFOLLOW_LINKS)) {
            parent = directoryOf(parent);
        }
        try {
            if (!parent.toRealPath().startsWith(path.toRealPath())) {
                throw leadsOut(parent);
            }
            if (!Files.isDirectory(parent)) {
                throw new FailureException(
                        ErrorCode.DESTINATION_NAME_TAKEN,
                        parent + " is a file, so that nothing can lie below it",
                        "move it out of the destination");
            }
        } catch (NoSuchFileException e) {
            if (!parent.equals(path)) {
                throw leadsOut(parent);
            }
        } catch (IOException e) {
            throw trouble.classify("looking at " + parent, e);
        }
        return file;
    }

    /** The directory of a file or directory that lies below the root. */
    static Path directoryOf(Path below) {
        return Objects.requireNonNull(below.getParent(), "what lies below the root has a parent");
    }

    private Path below(String name) throws FailureException {
        Path file;
        try {
            if (!SystemText.opens(name)) {
                throw new InvalidPathException(
                        name, "file names are written as " + SystemText.charsetOfNames() + ", and it is not ASCII");
            }
            file = path.resolve(name);
        } catch (InvalidPathException e) {
            throw new FailureException(
                    ErrorCode.ARCHIVE_NAME_UNUSABLE,
                    "the name " + name + " cannot be a file name here: " + e.getReason(),
                    SystemText.HINT,
                    e);
        }
        boolean inside = !name.startsWith("/") && file.startsWith(path) && !file.equals(path);
        boolean reserved = file.startsWith(partial()) || file.equals(marker()) || OwnerTag.isReserved(name);
        if (!inside || !file.equals(file.normalize()) || reserved) {
            throw new FailureException(ErrorCode.ARCHIVE_NAME_UNUSABLE, name + " is no name for a copy in " + path);
        }
        if (Sha256Sidecar.isSidecar(name)) {
            throw new FailureException(
                    ErrorCode.ARCHIVE_NAME_UNUSABLE,
                    "a copy in " + path + " cannot be called " + name + ", like the hash file of another one",
                    "leave *.sha256 out of BACKUP_OFFSITE_INCLUDE, or encrypt");
        }
        return file;
    }

    private FailureException leadsOut(Path link) {
        return new FailureException(
                ErrorCode.DESTINATION_DENIED,
                link + " is a symbolic link that leads out of the destination " + path,
                "replace it by a directory");
    }

    /** What may be concluded when nothing is found: passes when the destination is certainly the one that it was. */
    void requirePresent() throws FailureException {
        // asked first: the first of several puts may write the marker right after it was looked for here
        boolean seenBefore = markerSeen;
        if (Files.isRegularFile(marker(), LinkOption.NOFOLLOW_LINKS)) {
            markerSeen = true;
        } else if (seenBefore || (hollow() && holdsCopies.getAsBoolean())) {
            throw new FailureException(
                    ErrorCode.DESTINATION_UNREACHABLE,
                    path + " has no file " + MARKER + ", although copies were put there",
                    "mount the disk; if it is a new one, or was emptied on purpose, make an empty file " + MARKER
                            + " there");
        }
    }

    /** The same for someone who knows of a copy there: an empty directory without marker is no answer then. */
    void requireNotHollow() throws FailureException {
        requirePresent();
        if (!markerSeen && hollow()) {
            throw new FailureException(
                    ErrorCode.DESTINATION_UNREACHABLE,
                    path + " is empty, or is not there at all",
                    "mount the disk; if it is a new one, or was emptied on purpose, make an empty file " + MARKER
                            + " there");
        }
    }

    private boolean hollow() throws FailureException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            return !entries.iterator().hasNext();
        } catch (NoSuchFileException e) {
            return true;
        } catch (NotDirectoryException e) {
            return false;
        } catch (IOException e) {
            throw trouble.classify("looking into " + path, e);
        }
    }

    /** Whether the directory is there, or could be made. */
    boolean existsOrCanBeMade() throws FailureException {
        if (Files.isDirectory(path)) {
            return true;
        }
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            if (Files.isDirectory(path)) {
                return true; // another thread made it meanwhile
            }
            throw misconfigured(path + " is not a directory");
        }
        Path parent = path.getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw misconfigured("neither " + path + " nor the directory above it exists");
        }
        return false;
    }

    private static FailureException misconfigured(String reason) {
        return new FailureException(
                ErrorCode.DESTINATION_MISCONFIGURED,
                reason,
                "make the directory, mount the disk, or correct BACKUP_OFFSITE_LOCALFS_PATH");
    }

    /** Makes the directory and its marker where they are missing. */
    void prepare() throws IOException, FailureException {
        requirePresent();
        if (!existsOrCanBeMade()) {
            Durable.directories(path);
        }
        if (!markerSeen) {
            writeMarker();
            markerSeen = true;
        }
    }

    private void writeMarker() throws IOException {
        try (FileChannel channel =
                FileChannel.open(marker(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(StandardCharsets.UTF_8.encode(MARKER_TEXT));
            channel.force(true);
        } catch (FileAlreadyExistsException e) {
            return; // another process was quicker
        }
        Durable.sync(path);
    }
}
