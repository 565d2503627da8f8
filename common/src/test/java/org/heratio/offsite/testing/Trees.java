package org.heratio.offsite.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Directories that tests have made. */
public final class Trees {
    private Trees() {}

    /** Removes a directory with all that is in it. */
    public static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies what is in a directory into another one that is there; names of one file become names of one copy. */
    public static void copy(Path from, Path to) throws IOException {
        Map<Object, Path> copies = new HashMap<>();
        for (Path file : below(from)) {
            Path copy = to.resolve(from.relativize(file));
            BasicFileAttributes attributes = attributes(file);
            Path first = attributes.isDirectory() ? null : copies.putIfAbsent(attributes.fileKey(), copy);
            if (first == null) {
                Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
            } else {
                Files.createLink(copy, first);
            }
        }
    }

    /** Returns all that is in a directory: paths, rights, bytes, and which names are those of one file. Links are not supported. */
    public static String state(Path directory) throws IOException {
        Map<Object, Path> seen = new HashMap<>();
        StringBuilder state = new StringBuilder();
        for (Path file : below(directory)) {
            Path path = directory.relativize(file);
            BasicFileAttributes attributes = attributes(file);
            state.append(path)
                    .append('\0')
                    .append(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS)));
            if (!attributes.isDirectory()) {
                Path first = seen.putIfAbsent(attributes.fileKey(), path);
                state.append('\0')
                        .append(first == null ? path : first)
                        .append('\0')
                        .append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
            state.append('\0');
        }
        return state.toString();
    }

    private static List<Path> below(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> !file.equals(directory)).sorted().toList();
        }
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }
}
