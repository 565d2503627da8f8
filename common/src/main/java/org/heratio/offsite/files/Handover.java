package org.heratio.offsite.files;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Gives what root made below a directory of another user to that user. Each entry is opened once, and looked at and given away by its
 * descriptor: no link is followed, and no file that has a second name, which may be one of root's elsewhere, is given away. Blocks.
 */
public final class Handover {
    private static final int ROOT = 0;

    private final Kernel kernel;
    private final int uid;
    private final int gid;

    private Handover(Kernel kernel, int uid, int gid) {
        this.kernel = kernel;
        this.uid = uid;
        this.gid = gid;
    }

    /**
     * Gives what belongs to root below a directory to the owner and the group of the directory. Does nothing where there are no descriptors.
     *
     * @throws UnsafePathException when a user other than root and this one can say where the path leads
     */
    public static void toOwnerOf(Path directory) throws IOException {
        Kernel kernel = Kernel.load();
        if (kernel == null || !Files.isDirectory(directory)) {
            return;
        }
        try (HeldDirectory held = HeldDirectory.make(directory, kernel)) {
            new Handover(kernel, number(held.path(), "uid"), number(held.path(), "gid")).entries(held.path());
        }
    }

    private void entries(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path each : entries) {
                entry(each);
            }
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
            if (single && number(open, "uid") == ROOT) {
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
