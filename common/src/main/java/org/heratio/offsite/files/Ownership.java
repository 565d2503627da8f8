package org.heratio.offsite.files;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Tells which other users can change what a path means. All methods block. */
public final class Ownership {
    private static final int WRITABLE_BY_OTHERS = 0x12;
    private static final int ACCESSIBLE_TO_OTHERS = 0x3F;
    private static final int STICKY = 0x200;

    private Ownership() {}

    /**
     * Returns the real path of a directory in which nobody but this user and root can replace a file of ours, or the directory
     * itself.
     *
     * @throws UnsafePathException when somebody else can
     */
    public static Path requireOnlyOurs(Path directory) throws IOException {
        Path real = directory.toRealPath();
        for (Path each = real; each != null; each = each.getParent()) {
            int mode = mode(each);
            boolean open = (mode & WRITABLE_BY_OTHERS) != 0 && (mode & STICKY) == 0;
            if (open || !isTrusted(each, LinkOption.NOFOLLOW_LINKS)) {
                throw new UnsafePathException(each, "another user can replace files there");
            }
        }
        return real;
    }

    /**
     * Returns the real path of a file or directory. A link in its place is followed where it belongs to this user or to root.
     *
     * @throws UnsafePathException when it is a link that belongs to somebody else
     */
    public static Path resolve(Path path) throws IOException {
        if (Files.isSymbolicLink(path) && !isTrusted(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new UnsafePathException(path, "it is a symbolic link that belongs to another user");
        }
        return path.toRealPath();
    }

    /** Returns true for a file or directory that belongs to this user; a link is looked at itself. */
    public static boolean isOurs(Path file) throws IOException {
        return number(file, "uid", LinkOption.NOFOLLOW_LINKS) == ourUid();
    }

    /** Returns true for a directory, and no link to one, that belongs to this user and that no other may enter. */
    public static boolean isPrivate(Path directory) throws IOException {
        return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                && isOurs(directory)
                && (mode(directory) & ACCESSIBLE_TO_OTHERS) == 0;
    }

    /**
     * Passes unless somebody may have put a link there to a file that only we may read: one that has another name elsewhere, in a
     * directory where users other than root and this one may make names, and that belongs neither to the owner of the directory nor to
     * this user. Root may read everything, so that its own files are not excepted.
     *
     * @param file a link is followed
     * @return the file as it was found
     * @throws UnsafePathException when the file should be copied and not be linked
     */
    public static FileState requireNoForeignLink(Path file) throws IOException {
        FileState state = FileState.of(file);
        if (state.links() > 1) {
            requireNoForeignLink(file, file.toRealPath().getParent(), state);
        }
        return state;
    }

    static void requireNoForeignLink(Path shown, @Nullable Path directory, FileState file) throws IOException {
        long owner = file.owner();
        if (file.links() <= 1 || (owner == ourUid() && owner != 0)) {
            return;
        }
        boolean planted = directory == null || (!onlyTrustedWrite(directory) && number(directory, "uid") != owner);
        if (planted) {
            throw new UnsafePathException(
                    shown,
                    "it has another name elsewhere, and belongs to the user " + owner
                            + " and not to the owner of its directory");
        }
    }

    /** Returns true for a directory in which nobody but this user and root can make a name; a link is followed. */
    private static boolean onlyTrustedWrite(Path directory) throws IOException {
        return isTrusted(directory) && (number(directory, "mode") & WRITABLE_BY_OTHERS) == 0;
    }

    /** Returns true for what belongs to this user, or to root, who can do everything anyway. */
    static boolean isTrusted(Path file, LinkOption... options) throws IOException {
        long uid = number(file, "uid", options);
        return uid == 0 || uid == ourUid();
    }

    /** Returns whether this process runs as root. */
    public static boolean isRoot() {
        return ourUid() == 0;
    }

    static long ourUid() {
        return new UnixSystem().getUid();
    }

    private static int mode(Path file) throws IOException {
        return (int) number(file, "mode", LinkOption.NOFOLLOW_LINKS);
    }

    private static long number(Path file, String attribute, LinkOption... options) throws IOException {
        return Integer.toUnsignedLong((Integer) Files.getAttribute(file, "unix:" + attribute, options));
    }
}
