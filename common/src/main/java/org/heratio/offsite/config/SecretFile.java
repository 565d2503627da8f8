package org.heratio.offsite.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Files with secrets in them. */
final class SecretFile {
    /** A secret of more bytes than this is the wrong file. */
    private static final long MAX_BYTES = 64 * 1024L;

    /** Docker and Kubernetes lay secrets there for one container alone, with rights that nobody can change from within. */
    private static final Path OF_A_CONTAINER = Path.of("/run/secrets");

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

    /** A warning, when others than owner and group may read a file. */
    static Optional<String> worldReadable(Path file) {
        return worldReadable(file, OF_A_CONTAINER);
    }

    static Optional<String> worldReadable(Path file, Path ofAContainer) {
        try {
            if (file.startsWith(ofAContainer)) {
                return Optional.empty();
            }
            if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
                return Optional.of(
                        file + " may hold secrets and every user can read it (hint: chmod o-rwx '" + file + "')");
            }
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
        return Optional.empty();
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
