package org.heratio.offsite.watcher;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.archive.IncludePatterns;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.FileState;
import org.heratio.offsite.files.Look;
import org.heratio.offsite.files.Ownership;
import org.heratio.offsite.files.UnsafePathException;
import org.heratio.offsite.ledger.Unreadable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks through the backup directory without opening a file. What is no archive (a directory with an archive's name, a dangling link, a
 * socket) is warned of once and passed over; what cannot be looked at is part of the result. Safe for use by several threads.
 */
public final class DirectoryScan {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryScan.class);

    private static final String NOWHERE = "is a link that leads nowhere: not shipped";

    private final BackupDirectory directory;
    private final IncludePatterns patterns;
    private final boolean recursive;
    private final WarnOnce warnings = new WarnOnce(LOG);

    public DirectoryScan(BackupDirectory directory, IncludePatterns patterns, boolean recursive) {
        this.directory = directory;
        this.patterns = patterns;
        this.recursive = recursive;
    }

    /** Returns the backup directory. */
    Path root() {
        return directory.root();
    }

    /**
     * The result of a scan.
     *
     * @param archives oldest first
     * @param unreadable places that it could not read; archives may be in them
     * @param others the number of files that no pattern includes, without hidden ones
     */
    record Found(List<Candidate> archives, Unreadable unreadable, long others) {}

    /** The state of a scan: its results so far, and the directories that it still has to visit. */
    private record Pass(
            List<Candidate> archives,
            Deque<Path> directories,
            UnreadablePlaces unreadable,
            AtomicLong others,
            Runnable goesOn) {}

    /**
     * Scans the whole directory. Files that are deleted meanwhile are ignored.
     *
     * @throws FailureException {@link ErrorCode#BACKUP_DIRECTORY_UNAVAILABLE}, which is transient
     */
    Found scan() throws FailureException {
        return scan(() -> {});
    }

    /**
     * Scans the same.
     *
     * @param goesOn is called before each file is looked at
     */
    Found scan(Runnable goesOn) throws FailureException {
        Pass pass = new Pass(new ArrayList<>(), new ArrayDeque<>(), new UnreadablePlaces(), new AtomicLong(), goesOn);
        try {
            list(directory.root(), entry -> visit(entry, pass));
        } catch (IOException e) {
            throw unavailable(e);
        }
        while (!pass.directories().isEmpty()) {
            Path next = pass.directories().pop();
            try {
                list(next, entry -> visit(entry, pass));
            } catch (NoSuchFileException | NotDirectoryException e) {
                LOG.debug("{} went away", next);
            } catch (IOException e) {
                pass.unreadable().add(next, "cannot be looked through, and what is in it is not shipped", e);
            }
        }
        pass.archives()
                .sort(Comparator.comparingLong((Candidate c) -> c.archive().mtimeNanos())
                        .thenComparing(c -> c.archive().path()));
        return new Found(
                pass.archives(), pass.unreadable().found(), pass.others().get());
    }

    /**
     * Looks whether the backup directory itself can be listed.
     *
     * @throws FailureException {@link ErrorCode#BACKUP_DIRECTORY_UNAVAILABLE}, which is transient
     */
    void requireRoot() throws FailureException {
        try {
            list(directory.root(), entry -> {});
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    /** Returns whether a file has the name of an archive; cheap, nothing is looked up. */
    boolean matches(Path file) {
        String relative = directory.relativize(file);
        return file.startsWith(directory.root())
                && (recursive || relative.indexOf('/') < 0)
                && patterns.includes(relative);
    }

    /** Returns whether a directory is one that scans go into. */
    boolean enters(Path dir) {
        return dir.equals(directory.root()) || (recursive && !IncludePatterns.hidden(directory.relativize(dir)));
    }

    /**
     * The archive of that name, or empty when there is none (any more) or when it is something that is never shipped.
     *
     * @throws IOException when it cannot be looked at
     */
    Optional<Candidate> examine(Path file) throws IOException {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return matches(file) ? examine(file, attributes) : Optional.empty();
        } catch (IOException e) {
            if (e instanceof NoSuchFileException || Look.at(file, LinkOption.NOFOLLOW_LINKS) == Look.NOT_THERE) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static void list(Path dir, Consumer<Path> visitor) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(dir)) {
            entries.forEach(visitor);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private void visit(Path entry, Pass pass) {
        pass.goesOn().run();
        if (!enters(entry) && !matches(entry)) {
            return;
        }
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (attributes.isDirectory() && enters(entry)) {
                pass.directories().push(entry);
            }
            if (matches(entry)) {
                examine(entry, attributes).ifPresent(pass.archives()::add);
            } else if (attributes.isRegularFile()) {
                pass.others().incrementAndGet();
            }
            if (attributes.isSymbolicLink() && enters(entry)) {
                tellOfDirectory(entry, pass);
            }
        } catch (NoSuchFileException e) {
            LOG.debug("{} went away", entry);
        } catch (UnsafePathException e) {
            pass.unreadable().add(entry, "is not shipped", e);
        } catch (IOException e) {
            pass.unreadable().add(entry, "cannot be looked at, and is not shipped", e);
        }
    }

    /**
     * Tells that a link to a directory is not followed. That takes nothing from the scan if the directory is one that the scan goes into;
     * else archives may be there that nobody ships.
     */
    private void tellOfDirectory(Path link, Pass pass) throws IOException {
        if (leadsBackToItself(link)
                || !Files.readAttributes(link, BasicFileAttributes.class).isDirectory()) {
            return;
        }
        Path root = directory.root().toRealPath();
        Path target = link.toRealPath();
        if (target.startsWith(root)
                && !IncludePatterns.hidden(root.relativize(target).toString())) {
            warn(link, "is a link to a directory, and is not followed: archives are shipped from where they are");
        } else {
            pass.unreadable().addLink(link);
        }
    }

    private Optional<Candidate> examine(Path file, BasicFileAttributes own) throws IOException {
        BasicFileAttributes attributes = own;
        if (own.isSymbolicLink()) {
            if (!leadsInside(file)) {
                return Optional.empty();
            }
            attributes = Files.readAttributes(file, BasicFileAttributes.class);
        }
        if (!attributes.isRegularFile()) {
            tellOfNoFile(file, attributes);
            return Optional.empty();
        }
        FileState state = Ownership.requireNoForeignLink(file);
        boolean usable = FileNames.usable(file);
        ArchiveFile archive = new ArchiveFile(
                usable ? file.toString() : FileNames.escaped(file),
                usable ? directory.relativize(file) : FileNames.escapedBelow(directory.root(), file),
                state.size(),
                state.modified().to(TimeUnit.NANOSECONDS),
                state.changed().to(TimeUnit.NANOSECONDS));
        return Optional.of(new Candidate(file, archive, state.key(), usable));
    }

    private boolean leadsInside(Path link) throws IOException {
        try {
            if (link.toRealPath().startsWith(directory.root().toRealPath())) {
                return true;
            }
            warn(link, "is a link to something outside the backup directory: not shipped");
        } catch (NoSuchFileException e) {
            warn(link, NOWHERE);
        } catch (FileSystemException e) {
            if (!leadsBackToItself(link)) {
                throw e;
            }
            warn(link, NOWHERE);
        }
        return false;
    }

    private static boolean leadsBackToItself(Path link) throws IOException {
        Set<Path> seen = new HashSet<>();
        Path next = link;
        while (Files.isSymbolicLink(next)) {
            if (!seen.add(next)) {
                return true;
            }
            next = next.resolveSibling(Files.readSymbolicLink(next)).normalize();
        }
        return false;
    }

    private void tellOfNoFile(Path file, BasicFileAttributes attributes) {
        if (!attributes.isDirectory()) {
            warn(file, "has the name of an archive, but is no regular file: not shipped");
        } else if (patterns.isNameOfArchive(directory.relativize(file))) {
            String archives = enters(file) ? "the archives in it are shipped" : "not shipped";
            warn(file, "has the name of an archive, but is a directory: " + archives);
        }
    }

    private void warn(Path file, String what) {
        warnings.warn(file + " " + what);
    }

    private FailureException unavailable(IOException e) {
        String root = directory.root().toString();
        ErrorCode code = ErrorCode.BACKUP_DIRECTORY_UNAVAILABLE;
        if (e instanceof NoSuchFileException) {
            String hint = "mount it, make it, or set HERATIO_BACKUPS_PATH to where the backups are";
            return new FailureException(code, "the backup directory " + root + " is not there", hint, e);
        }
        if (e instanceof NotDirectoryException) {
            String hint = "set HERATIO_BACKUPS_PATH to the directory of the backups";
            return new FailureException(code, "the backup directory " + root + " is not a directory", hint, e);
        }
        return new FailureException(
                code,
                "the backup directory " + root + " cannot be looked through: " + UnreadablePlaces.reason(e),
                "look at its mount, give the user that runs offsite the right to read it, or set HERATIO_BACKUPS_PATH to where the"
                        + " backups are",
                e);
    }
}
