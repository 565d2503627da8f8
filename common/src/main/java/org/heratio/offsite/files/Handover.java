package org.heratio.offsite.files;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;

/**
 * Gives what root made below a directory of another user to that user. Each entry is opened once, and looked at and given away by its
 * descriptor: no link is followed, and no file that has a second name, which may be one of root's elsewhere, is given away. Blocks.
 */
public final class Handover {
    private static final int ROOT = 0;

    private final Kernel kernel;
    private final int uid;
    private final int gid;
    private final Instant since;

    private Handover(Kernel kernel, int uid, int gid, Instant since) {
        this.kernel = kernel;
        this.uid = uid;
        this.gid = gid;
        this.since = since;
    }

    /**
     * Gives what belongs to root below a directory to the owner and the group of the directory.
     *
     * @param since what was last changed before is left as it is: another user can move root's files there, but not change their time
     * @throws UnsafePathException when a user other than root and this one can say where the path leads
     * @throws IOException also where there are no descriptors; after an entry that fails, the others are given away all the same
     */
    public static void toOwnerOf(Path directory, Instant since) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        Kernel kernel = Kernel.load();
        if (kernel == null) {
            throw new IOException("the kernel's descriptors cannot be used here");
        }
        try (HeldDirectory held = HeldDirectory.make(directory, kernel)) {
            new Handover(kernel, number(held.path(), "uid"), number(held.path(), "gid"), since).entries(held.path());
        }
    }

    /**
     * Makes a directory and those above it that are missing. Each gets the owner and the group of the one that it is in.
     *
     * @throws UnsafePathException when a user other than root and this one can say where the path leads
     * @throws IOException also where there are no descriptors
     */
    public static void make(Path directory) throws IOException {
        Path absolute = directory.toAbsolutePath();
        Path parent = absolute.getParent();
        if (Files.isDirectory(absolute) || parent == null) {
            return;
        }
        make(parent);
        Kernel kernel = Kernel.load();
        if (kernel == null) {
            throw new IOException("the kernel's descriptors cannot be used here");
        }
        try (HeldDirectory above = HeldDirectory.make(parent, kernel)) {
            Path made =
                    Files.createDirectory(above.resolve(absolute.getFileName().toString()));
            int uid = number(above.path(), "uid");
            int gid = number(above.path(), "gid");
            new Handover(kernel, uid, gid, Instant.EPOCH).entry(made);
        }
    }

    private void entries(Path directory) throws IOException {
        IOException failed = null;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path each : entries) {
                try {
                    entry(each);
                } catch (IOException e) {
                    failed = e;
                }
            }
        } catch (DirectoryIteratorException e) {
            failed = e.getCause();
        }
        if (failed != null) {
            throw failed;
        }
    }

    private void entry(Path entry) throws IOException {
        int fd;
        try {
            fd = kernel.look(entry);
        } catch (NoSuchFileException e) {
            return; // another process removed it
        }
        try {
            Path open = Kernel.path(fd);
            BasicFileAttributes attributes = Files.readAttributes(open, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                entries(open);
            }
            boolean single = attributes.isDirectory() || (attributes.isRegularFile() && number(open, "nlink") == 1);
            boolean made = !attributes.lastModifiedTime().toInstant().isBefore(since);
            if (single && made && number(open, "uid") == ROOT) {
                Files.setAttribute(open, "unix:gid", gid);
                Files.setAttribute(open, "unix:uid", uid);
            }
        } finally {
            kernel.close(fd);
        }
    }

    private static int number(Path file, String attribute) throws IOException {
        return (Integer) Files.getAttribute(file, "unix:" + attribute);
    }
}
