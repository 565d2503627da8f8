package org.heratio.offsite.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Files with secrets in them. */
final class SecretFile {
    /** A secret of more bytes than this is the wrong file. */
    private static final long MAX_BYTES = 64 * 1024L;

    /** Directories where Docker, Kubernetes and systemd put the secrets of one service; the service cannot change their modes. */
    private static final List<Path> GIVEN = List.of(Path.of("/run/secrets"), Path.of("/run/credentials"));

    /** Groups of many users or programs. */
    private static final Set<String> SHARED_GROUPS = Set.of(
            "users",
            "nogroup",
            "nobody",
            "everyone",
            "staff",
            "adm",
            "daemon",
            "sudo",
            "wheel",
            "www-data",
            "apache",
            "nginx",
            "http");

    private SecretFile() {}

    /** The first line without its newline, as {@code gpg --passphrase-file} reads it: blanks count. */
    static String firstLine(Path file) throws BadValueException {
        List<String> lines = lines(file);
        if (lines.isEmpty() || lines.get(0).isEmpty()) {
            throw new BadValueException(
                    "the first line of " + file + " is empty", "write the secret into its first line");
        }
        return lines.get(0);
    }

    /** All lines without their newlines. */
    static List<String> lines(Path file) throws BadValueException {
        try {
            if (!Files.isDirectory(file) && Files.size(file) > MAX_BYTES) {
                throw new BadValueException(
                        file + " is too large to hold a secret",
                        "give the path of a file with the secret in its first line");
            }
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
            String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            return text.isEmpty() ? List.of() : Arrays.asList(text.split("\n", -1));
        } catch (CharacterCodingException e) {
            throw new BadValueException(file + " is not UTF-8 text", "save it as UTF-8");
        } catch (IOException e) {
            throw new BadValueException(
                    file + " cannot be read: " + reason(e), "give a file that the user that runs offsite may read");
        }
    }

    /** Returns a warning if others than its owner can read a file. A link is followed: what it leads to has the secrets. */
    static Optional<String> exposed(Path file) {
        return exposed(file, GIVEN);
    }

    static Optional<String> exposed(Path file, List<Path> given) {
        try {
            Path real = file.toRealPath();
            if (given.stream().anyMatch(real::startsWith)) {
                return Optional.empty();
            }
            PosixFileAttributes attributes = Files.readAttributes(real, PosixFileAttributes.class);
            String exposed = file + " may hold secrets and ";
            if (attributes.permissions().contains(PosixFilePermission.OTHERS_READ)) {
                return Optional.of(exposed + "every user can read it (hint: chmod o-rwx '" + file + "')");
            }
            String group = attributes.group().getName();
            if (attributes.permissions().contains(PosixFilePermission.GROUP_READ)
                    && !isOfAService(attributes.owner().getName(), group, System.getProperty("user.name", ""))) {
                return Optional.of(exposed + "the group " + group
                        + " can read it (hint: chmod go-rwx '" + file
                        + "'; if it belongs to another user, give this service a file of its own)");
            }
            return Optional.empty();
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    /**
     * Returns whether root has given a file to one group, as packages set it up: to the own group of the service that reads it or, for
     * other users such as root itself, to a group that is not shared by many.
     */
    static boolean isOfAService(String owner, String group, String user) {
        return owner.equals("root") && !group.equals("root") && (group.equals(user) || !SHARED_GROUPS.contains(group));
    }

    /** Returns the reason of an I/O failure; its own message is often just the path. */
    static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "it is not there";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
