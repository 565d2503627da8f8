package org.heratio.offsite.destination.rsync;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.heratio.offsite.files.NoFollow;
import org.heratio.offsite.files.Ownership;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory for the sockets of ssh, which no other user may enter. Whoever controls such a socket reads and answers what is said
 * to the host. Blocks.
 *
 * @param key tells it from any other that has got its name
 */
record SocketDirectory(Path path, Object key) {
    private static final Logger LOG = LoggerFactory.getLogger(SocketDirectory.class);
    private static final String PREFIX = "offsite-ssh-";
    private static final Pattern OF_PROCESS = Pattern.compile(PREFIX + "(\\d{1,10})-.*");
    /** ssh binds a name with 17 bytes more first, and renames. */
    private static final Pattern SOCKET = Pattern.compile("\\d+(\\.[A-Za-z0-9]{16})?");

    private static final String SUFFIX = ".0123456789abcdef";
    private static final Duration LONG_DEAD = Duration.ofMinutes(10);

    /**
     * Makes one below the work directory, where nobody else can replace it and its path is short enough for a socket, else below
     * the temporary directory. Removes what killed processes left at that place.
     */
    static SocketDirectory make(Path work, Path temporary) throws IOException {
        try {
            Files.createDirectories(work);
            return makeBelow(Ownership.requireOnlyOurs(work));
        } catch (IOException | UnsupportedOperationException e) {
            LOG.debug("no sockets can be made in {}", work, e);
            return makeBelow(temporary.toRealPath());
        }
    }

    private static SocketDirectory makeBelow(Path parent) throws IOException {
        String name = PREFIX + ProcessHandle.current().pid() + "-" + Integer.toHexString(new SecureRandom().nextInt());
        Path path = Files.createDirectory(
                parent.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        SocketDirectory made = new SocketDirectory(path, key(path));
        boolean usable = false;
        try {
            if (!made.isStillOurs()) {
                throw new IOException(path + " is not this user's alone");
            }
            removeThoseOfTheDead(parent);
            Path longest = path.resolve("0000" + SUFFIX);
            try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                channel.bind(UnixDomainSocketAddress.of(longest));
            }
            Files.deleteIfExists(longest);
            usable = true;
            return made;
        } finally {
            if (!usable) {
                made.remove();
            }
        }
    }

    private static Object key(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    /** Returns false when it was removed, or when another user put something in its place. */
    boolean isStillOurs() {
        try {
            return Ownership.isPrivate(path) && key.equals(key(path));
        } catch (IOException e) {
            return false;
        }
    }

    Path socket(int number) {
        return path.resolve(Integer.toString(number));
    }

    /** Removes what processes left that were killed: nothing listens there a minute later. */
    private static void removeThoseOfTheDead(Path parent) {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(parent, PREFIX + "*-*")) {
            for (Path each : all) {
                Matcher matcher = OF_PROCESS.matcher(String.valueOf(each.getFileName()));
                if (matcher.matches()
                        && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty()) {
                    removeIfOld(each);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.debug("what killed processes left in {} stays", parent, e);
        }
    }

    private static void removeIfOld(Path path) throws IOException {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            Instant changed = attributes.lastModifiedTime().toInstant();
            if (Ownership.isPrivate(path) && changed.isBefore(Instant.now().minus(LONG_DEAD))) {
                new SocketDirectory(path, attributes.fileKey()).remove();
            }
        } catch (NoSuchFileException e) {
            // another process removed it
        }
    }

    /** Removes the sockets and the directory. What else is in it stays, and then the directory stays too. */
    void remove() {
        try {
            try (SecureDirectoryStream<Path> inside = NoFollow.open(path)) {
                BasicFileAttributes found = inside.getFileAttributeView(BasicFileAttributeView.class)
                        .readAttributes();
                if (!Objects.equals(key, found.fileKey())) {
                    return;
                }
                removeSockets(inside);
            }
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.debug("{} could not be removed", path, e);
        }
    }

    private static void removeSockets(SecureDirectoryStream<Path> inside) throws IOException {
        for (Path each : inside) {
            Path name = each.getFileName();
            boolean socket = inside.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes()
                    .isOther();
            if (socket && SOCKET.matcher(name.toString()).matches()) {
                inside.deleteFile(name);
            }
        }
    }
}
