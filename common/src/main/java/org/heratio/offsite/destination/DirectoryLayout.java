package org.heratio.offsite.destination;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.heratio.offsite.archive.Slashes;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/** Where the files of a destination lie in its directory, and how copies can be called there. */
public final class DirectoryLayout {
    /** Tells the directory from the empty one under a disk that is not mounted; relative to the root. */
    public static final String MARKER = ".heratio-offsite";

    /** Holds what unfinished puts have sent; relative to the root. */
    public static final String PARTIAL = ".offsite-partial";

    /** The text of the marker, for a person who opens it. */
    public static final String MARKER_TEXT = """
            This directory holds copies of backups, made by Heratio Offsite. Leave this file where it is:
            without it, a disk that is not mounted could not be told from one that has lost everything.
            """;

    /** The limit of nearly every file system. */
    private static final int MAX_COMPONENT_BYTES = 255;

    /** The longest component that a copy's name may have, so that its sidecar has room. */
    public static final int MAX_NAME_BYTES = MAX_COMPONENT_BYTES - Sha256Sidecar.ENDING.length();

    /** The longest path that a kernel opens. */
    private static final int MAX_PATH_BYTES = 4096;

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,80}");

    private final String root;

    /** @param root an absolute path, without a slash at its end unless it is {@code /} */
    public DirectoryLayout(String root) {
        this.root = root;
    }

    /** Returns the root, with a slash at its end. */
    public String prefix() {
        return root.endsWith("/") ? root : root + "/";
    }

    /** Returns the path of a name, as {@link Destination#remotePath} has it. */
    public String path(String name) {
        return prefix() + name;
    }

    /** Returns the name of a path, as {@link Destination#nameOf} has it. */
    public String name(String remotePath) {
        String path = Slashes.single(remotePath);
        if (!path.startsWith(prefix())) {
            throw new IllegalArgumentException(remotePath + " does not lie in " + root);
        }
        return path.substring(prefix().length());
    }

    /**
     * Throws unless a copy can be called so.
     *
     * @throws FailureException {@link ErrorCode#ARCHIVE_NAME_UNUSABLE}
     */
    public void requireUsable(String name) throws FailureException {
        if (isOdd(name) || isOurs(name)) {
            throw unusable("'" + name + "' is no name for a copy in " + root, null);
        }
        if (Sha256Sidecar.isSidecar(name)) {
            throw unusable(
                    "a copy in " + root + " cannot be called " + name + ", like the hash file of another one",
                    "leave *.sha256 out of BACKUP_OFFSITE_INCLUDE, or encrypt");
        }
        if (hasLongPart(name)) {
            throw unusable(
                    "the name " + name + " has a part of more than " + MAX_COMPONENT_BYTES + " bytes",
                    "give the archive a shorter name");
        }
    }

    /** Returns whether a file below the root can have a name. */
    public static boolean isPossible(String name) {
        return !isOdd(name) && !hasLongPart(name) && bytes(name) <= MAX_PATH_BYTES;
    }

    private static boolean isOdd(String name) {
        return name.indexOf('\0') >= 0
                || Arrays.stream(name.split("/", -1))
                        .anyMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
    }

    private static boolean hasLongPart(String name) {
        return Arrays.stream(name.split("/")).anyMatch(part -> bytes(part) > MAX_COMPONENT_BYTES);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static FailureException unusable(String reason, @Nullable String hint) {
        return new FailureException(ErrorCode.ARCHIVE_NAME_UNUSABLE, reason, hint);
    }

    /** Returns whether a file is that of a copy, and not one of those beside copies. */
    public static boolean isCopy(String name) {
        return !isOurs(name) && !Sha256Sidecar.isSidecar(name);
    }

    private static boolean isOurs(String name) {
        return name.equals(MARKER)
                || name.equals(PARTIAL)
                || name.startsWith(PARTIAL + "/")
                || OwnerTag.isReserved(name);
    }

    /** Returns what the file or directory of an unfinished put is called in {@link #PARTIAL}; nothing in it needs quoting. */
    public static String partial(String owner, String transferId) {
        return partialsOf(owner) + id(transferId);
    }

    /** Returns what all unfinished puts of an owner begin with; a dot cannot be in an id, so no owner is the beginning of another. */
    public static String partialsOf(String owner) {
        return id(owner) + ".";
    }

    /** Returns whether a text can be an owner or a transfer id. */
    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    private static String id(String id) {
        if (!isId(id)) {
            throw new IllegalArgumentException("owner and transfer id consist of letters, digits and -: " + id);
        }
        return id;
    }
}
