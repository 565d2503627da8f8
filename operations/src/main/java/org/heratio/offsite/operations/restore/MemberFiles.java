package org.heratio.offsite.operations.restore;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import org.heratio.offsite.failure.FailureIOException;
import org.heratio.offsite.member.Member;
import org.heratio.offsite.text.SystemText;
import org.jspecify.annotations.Nullable;

/**
 * The files that members of an archive become, below a directory that only its owner may enter. Nothing is written outside of it, or through a
 * link. Of what has the same name, the last one stays. For one thread at a time.
 */
final class MemberFiles implements AutoCloseable {
    private static final int NAME_BYTES = 255;
    /** Linux takes paths of 4,095 bytes. */
    private static final int PATH_BYTES = 4_000;

    private static final PosixFilePermission[] BITS = {
        PosixFilePermission.OTHERS_EXECUTE,
        PosixFilePermission.OTHERS_WRITE,
        PosixFilePermission.OTHERS_READ,
        PosixFilePermission.GROUP_EXECUTE,
        PosixFilePermission.GROUP_WRITE,
        PosixFilePermission.GROUP_READ,
        PosixFilePermission.OWNER_EXECUTE,
        PosixFilePermission.OWNER_WRITE,
        PosixFilePermission.OWNER_READ
    };

    private final Path root;
    private final Path shown;
    private @Nullable Open open;
    private long written;
    /** Read while another thread may still write. */
    private volatile boolean failed;

    private record Open(Path path, Member member, FileChannel channel) {}

    private enum Kind {
        NOTHING,
        DIRECTORY,
        FILE,
        LINK,
        OTHER
    }

    /**
     * @param root a directory, which is there
     * @param shown its final path, for messages
     */
    MemberFiles(Path root, Path shown) {
        this.root = root;
        this.shown = shown;
    }

    /** Returns whether it was the place that failed, and not what was written there. */
    boolean failed() {
        return failed;
    }

    /** Returns the path of a member below the root. */
    Path resolve(String name) throws RefusedMember {
        if (name.startsWith("/")) {
            throw new RefusedMember("its name is absolute");
        }
        requirePossible(name);
        Path path = root;
        for (String part : name.split("/", -1)) {
            if (part.equals("..")) {
                throw new RefusedMember("its name leads outside");
            }
            if (bytes(part) > NAME_BYTES) {
                throw new RefusedMember("its name is too long for a file");
            }
            path = part.isEmpty() || part.equals(".") ? path : path.resolve(part);
        }
        return path;
    }

    private static int bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length;
    }

    private void requirePossible(String name) throws RefusedMember {
        if (name.indexOf('\0') >= 0 || !SystemText.opens(name)) {
            throw new RefusedMember("no file can have that name here");
        }
        if (bytes(name) + bytes(root.toString()) > PATH_BYTES) {
            throw new RefusedMember("its name is too long for a file");
        }
    }

    /**
     * Begins a file, or makes a directory or a symbolic link.
     *
     * @throws IOException if the place fails
     */
    void begin(Path path, Member member) throws IOException, RefusedMember {
        switch (member.kind()) {
            case DIRECTORY -> directory(path, member);
            case FILE -> {
                requireRoom(member);
                makeWay(path);
                run(() -> open = new Open(path, member, create(path)));
            }
            case SYMBOLIC_LINK -> {
                String to = String.valueOf(member.link());
                requirePossible(to);
                if (to.isEmpty()) {
                    throw new RefusedMember("it is a symbolic link to nothing");
                }
                makeWay(path);
                run(() -> Files.createSymbolicLink(path, Path.of(to)));
            }
            case SPARSE -> throw new RefusedMember("it is a sparse file: restore the whole archive, and use tar");
            case HARD_LINK, OTHER -> throw new RefusedMember("it is neither a file, a directory nor a link");
        }
    }

    private static FileChannel create(Path path) throws IOException {
        return FileChannel.open(path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    /** Writes to the file that was begun; nothing otherwise. */
    void write(byte[] bytes, int offset, int length) throws IOException {
        Open file = open;
        if (file != null) {
            run(() -> {
                ByteBuffer left = ByteBuffer.wrap(bytes, offset, length);
                while (left.hasRemaining()) {
                    file.channel.write(left);
                }
            });
            written += length;
        }
    }

    /** Ends the file that was begun. */
    void end() throws IOException {
        Open file = open;
        if (file != null) {
            run(() -> {
                file.channel.close();
                Files.setLastModifiedTime(file.path, FileTime.from(file.member.modified()));
                Files.setPosixFilePermissions(file.path, permissions(file.member.mode()));
            });
            open = null;
        }
    }

    /**
     * Makes a hard link.
     *
     * @return false if the file is not there; nothing has the path of the link then
     */
    boolean link(Path path, Path file) throws IOException, RefusedMember {
        boolean there = liesInDirectories(file) && (kindOf(file) == Kind.FILE || kindOf(file) == Kind.LINK);
        if (there && file.equals(path)) {
            return true;
        }
        makeWay(path);
        if (there) {
            try {
                Files.createLink(path, file);
            } catch (UnsupportedOperationException | FileSystemException e) {
                // a file has 65,000 links at most, and some file systems know none
                throw new RefusedMember("it is a hard link, which cannot be made there: " + e.getMessage());
            }
        }
        return there;
    }

    boolean isThere(Path path) throws IOException {
        return liesInDirectories(path) && kindOf(path) != Kind.NOTHING;
    }

    /** Returns whether all above a path are directories: a link among them may lead anywhere. */
    private boolean liesInDirectories(Path path) throws IOException {
        Path directory = root;
        for (Path name : root.relativize(path)) {
            if (kindOf(directory) != Kind.DIRECTORY) {
                return false;
            }
            directory = directory.resolve(name);
        }
        return true;
    }

    private void directory(Path path, Member member) throws IOException, RefusedMember {
        if (!path.equals(root)) {
            if (kindOf(path) != Kind.DIRECTORY) {
                makeWay(path);
                run(() -> Files.createDirectory(path));
            }
            // its owner must be able to write into it
            run(() -> Files.setPosixFilePermissions(path, permissions(member.mode() | 0700)));
        }
    }

    /** Makes the directories above a path, and removes what an earlier member of the same name has left there. */
    private void makeWay(Path path) throws IOException, RefusedMember {
        if (path.equals(root)) {
            throw new RefusedMember("it has no name");
        }
        makeParents(path);
        if (kindOf(path) == Kind.DIRECTORY) {
            throw new RefusedMember("there is a directory of the same name before it");
        }
        run(() -> Files.deleteIfExists(path));
    }

    /** Makes the directories above a path. None of them may be a link: that may lead anywhere. */
    private void makeParents(Path path) throws IOException, RefusedMember {
        Path names = root.relativize(path);
        Path directory = root;
        for (Path name : names) {
            directory = directory.resolve(name);
            if (directory.equals(path)) {
                return;
            }
            Path made = directory;
            switch (kindOf(directory)) {
                case NOTHING -> run(() -> Files.createDirectory(made));
                case DIRECTORY -> {}
                case FILE, LINK, OTHER ->
                    throw new RefusedMember(root.relativize(directory) + ", above it, is a link or a file");
            }
        }
    }

    /** Returns what has a path, be it a link that leads nowhere. */
    private static Kind kindOf(Path path) throws IOException {
        try {
            BasicFileAttributes found =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (found.isDirectory()) {
                return Kind.DIRECTORY;
            }
            if (found.isSymbolicLink()) {
                return Kind.LINK;
            }
            return found.isRegularFile() ? Kind.FILE : Kind.OTHER;
        } catch (NoSuchFileException e) {
            return Kind.NOTHING;
        }
    }

    /** Throws {@code TARGET_FULL} unless a file fits, and leaves the others on this disk their room. */
    private void requireRoom(Member member) throws FailureIOException {
        File disk = root.toFile();
        long free = disk.getUsableSpace();
        long left = free - RestoreTarget.reserve(disk);
        if (free > 0 && left < member.size()) {
            failed = true;
            throw new FailureIOException(
                    RestoreTarget.full(
                            shown,
                            "needs " + member.size() + " bytes for " + member.name() + " after the " + written
                                    + " that were written",
                            free),
                    null);
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int bit = 0; bit < BITS.length; bit++) {
            if ((mode & (1 << bit)) != 0) {
                permissions.add(BITS[bit]);
            }
        }
        return permissions;
    }

    private void run(RestoreTarget.Step step) throws IOException {
        try {
            step.run();
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            failed = true;
            throw new FailureIOException(RestoreTarget.failure(shown, written, e), e);
        }
    }

    /** Closes the file that was begun and not ended. */
    @Override
    public void close() throws IOException {
        Open file = open;
        if (file != null) {
            file.channel.close();
        }
    }
}
