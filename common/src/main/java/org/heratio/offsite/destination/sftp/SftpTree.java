package org.heratio.offsite.destination.sftp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.sshd.sftp.client.SftpClient;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.Expected;
import org.heratio.offsite.destination.ListedBytes;
import org.heratio.offsite.destination.Taken;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/** What is in the directory of the destination, and whether it is really below it. For one operation, on one channel. */
final class SftpTree {
    /** Entries of one directory that are kept in memory. */
    private static final int MOST_ENTRIES = 1_000_000;

    private final Sftp sftp;
    private final DirectoryLayout layout;
    /** Directories that were seen to be below the root. */
    private final Set<String> inside = new HashSet<>();

    /** What a directory has: a file, a directory, or something else, such as a link. */
    record Entry(String name, boolean isFile, boolean isDirectory, long size) {}

    SftpTree(Sftp sftp, DirectoryLayout layout) {
        this.sftp = sftp;
        this.layout = layout;
    }

    /** Returns the attributes of a name without following links; null when it is certain that nothing has the name. */
    SftpClient.@Nullable Attributes look(String name) throws IOException, InterruptedException {
        return look(sftp, layout.path(name));
    }

    /** Returns the same of an absolute path. */
    static SftpClient.@Nullable Attributes look(Sftp sftp, String path) throws IOException, InterruptedException {
        try {
            return sftp.call(client -> client.lstat(path));
        } catch (IOException e) {
            if (SftpFailures.isNothing(e)) {
                return null;
            }
            throw e;
        }
    }

    /** Returns the attributes of what a path leads to; null when it is certain that nothing is there. */
    SftpClient.@Nullable Attributes follow(String path) throws IOException, InterruptedException {
        try {
            return sftp.call(client -> client.stat(path));
        } catch (IOException e) {
            if (SftpFailures.isNothing(e)) {
                return null;
            }
            throw e;
        }
    }

    /**
     * Returns the size of the copy that has a name, or empty when it is certain that nothing has it. A link to a file below the root
     * counts as one.
     *
     * @throws FailureException {@code DESTINATION_NAME_TAKEN} when something else has it
     */
    Optional<Long> sizeOfCopy(String name) throws IOException, FailureException, InterruptedException {
        requireInside(name);
        SftpClient.Attributes there = look(name);
        if (there != null && there.isSymbolicLink()) {
            there = leadsOut(name) ? there : follow(layout.path(name));
        }
        if (there == null) {
            return Optional.empty();
        }
        if (!there.isRegularFile()) {
            throw Taken.byADirectory(layout.path(name));
        }
        return Optional.of(Expected.size("looking at " + layout.path(name), there.getSize()));
    }

    /** A server that does not resolve links answers with the path that it was asked for, and proves nothing. */
    private boolean leadsOut(String link) throws IOException, InterruptedException {
        String root = sftp.call(client -> client.canonicalPath(layout.path(".")));
        String below = root.endsWith("/") ? root : root + "/";
        try {
            String real = sftp.call(client -> client.canonicalPath(layout.path(link)));
            return !real.startsWith(below) || real.equals(below + link);
        } catch (IOException e) {
            if (SftpFailures.isNothing(e)) {
                return true;
            }
            throw e;
        }
    }

    /**
     * Throws unless the directories of a name, as far as they are there, are below the root. SFTP cannot hold one open: a link that
     * comes into being behind this look is followed (ADR 76).
     *
     * @throws FailureException {@code DESTINATION_DENIED}; {@code DESTINATION_NAME_TAKEN} when one of them is a file
     */
    void requireInside(String name) throws IOException, FailureException, InterruptedException {
        int slash = name.lastIndexOf('/');
        String directory = name.substring(0, Math.max(0, slash));
        if (slash > 0 && !inside.contains(directory)) {
            SftpClient.Attributes there = lookInside(directory);
            if (there != null && there.isRegularFile()) {
                throw Taken.byAFileAbove(layout.path(directory));
            }
            if (there != null) {
                inside.add(directory);
            }
        }
    }

    /** Returns what has the name of a directory; null when nothing has it. */
    SftpClient.@Nullable Attributes lookInside(String directory)
            throws IOException, FailureException, InterruptedException {
        requireInside(directory);
        SftpClient.Attributes there = look(directory);
        if (there != null && there.isSymbolicLink() && leadsOut(directory)) {
            throw new FailureException(
                    ErrorCode.DESTINATION_DENIED,
                    layout.path(directory) + " is a symbolic link that leads out of the destination",
                    "replace it by a directory");
        }
        return there;
    }

    /** Returns what a directory has, itself and the one above left out; nothing when there is no directory. */
    List<Entry> entries(String path) throws IOException, FailureException, InterruptedException {
        List<Entry> found = new ArrayList<>();
        ListedBytes bytes = new ListedBytes("listing " + path);
        try {
            sftp.run(client -> {
                try (SftpClient.CloseableHandle handle = client.openDir(path)) {
                    for (SftpClient.DirEntry entry : client.listDir(handle)) {
                        String name = entry.getFilename();
                        if (!name.equals(".") && !name.equals("..")) {
                            SftpClient.Attributes is = entry.getAttributes();
                            found.add(new Entry(name, is.isRegularFile(), is.isDirectory(), is.getSize()));
                        }
                        if (!bytes.hold(name) || found.size() > MOST_ENTRIES) {
                            break;
                        }
                    }
                }
            });
        } catch (IOException e) {
            if (SftpFailures.isNothing(e)) {
                return List.of();
            }
            throw e;
        }
        bytes.require();
        if (found.size() > MOST_ENTRIES) {
            throw Expected.wrong("listing " + path + ": it has more than " + MOST_ENTRIES + " entries");
        }
        return found;
    }
}
