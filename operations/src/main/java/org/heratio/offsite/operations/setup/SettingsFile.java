package org.heratio.offsite.operations.setup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.Set;
import org.heratio.offsite.files.Durable;
import org.heratio.offsite.files.Look;

/**
 * A file with settings or a secret: it is there whole or not at all, and only its owner may read it, and the group of the one whose
 * owner, group and rights it takes over: a package lets the group of its service read it. Blocks.
 */
public final class SettingsFile {
    /** What those that are taken over may contain: others never read a secret. */
    private static final Set<PosixFilePermission> AT_MOST = PosixFilePermissions.fromString("rw-r-----");

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path file;

    /** @param file absolute */
    public SettingsFile(Path file) {
        this.file = file;
    }

    /** Returns whether the file is there and says something: a package brings one whose lines are all commented out. */
    public boolean hasSettings() throws IOException {
        return Look.exists(file, LinkOption.NOFOLLOW_LINKS)
                && Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                        .map(String::strip)
                        .anyMatch(line -> !line.isEmpty() && !line.startsWith("#"));
    }

    /** Writes the file in place of what is there. */
    public void replace(String text) throws IOException {
        write(text, file, true);
    }

    /**
     * Writes a file that is not there yet.
     *
     * @param like a file whose owner and group this one gets, if it is there, and its rights except those of others
     * @throws FileAlreadyExistsException if it is there by now
     */
    public void create(String text, Path like) throws IOException {
        write(text, like, false);
    }

    private void write(String text, Path like, boolean over) throws IOException {
        // two that write at once must not share it
        Path written = file.resolveSibling("." + file.getFileName() + "." + Long.toHexString(RANDOM.nextLong()));
        try {
            Durable.create(
                    written, text, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            if (Look.exists(like, LinkOption.NOFOLLOW_LINKS)) {
                takeRights(like, written);
            }
            if (over) {
                Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
            } else {
                // unlike a rename, a link replaces nothing
                Files.createLink(file, written);
            }
            Durable.syncEntry(file);
        } finally {
            Files.deleteIfExists(written);
        }
    }

    private static void takeRights(Path from, Path to) throws IOException {
        PosixFileAttributes rights = Files.readAttributes(from, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!rights.isRegularFile()) {
            return;
        }
        PosixFileAttributeView view = Files.getFileAttributeView(to, PosixFileAttributeView.class);
        if (!rights.owner().equals(view.readAttributes().owner())) {
            view.setOwner(rights.owner());
        }
        if (!rights.group().equals(view.readAttributes().group())) {
            view.setGroup(rights.group());
        }
        Set<PosixFilePermission> permissions = EnumSet.copyOf(AT_MOST);
        permissions.retainAll(rights.permissions());
        view.setPermissions(permissions);
    }
}
