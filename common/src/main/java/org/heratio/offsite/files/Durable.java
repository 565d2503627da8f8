package org.heratio.offsite.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Set;

/** Changes of files and directories that survive a power cut. All methods block. */
public final class Durable {

    private Durable() {}

    /**
     * Makes what was created, renamed or removed in a directory durable. An interrupt does not stop it but stays set: between the
     * two renames of a copy it would leave a payload without its sidecar.
     */
    public static void sync(Path directory) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                    channel.force(true);
                    return;
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Puts a text into a file, in place of what is there: after a crash it holds all of either, and never a part. One writer at a time. */
    public static void write(Path file, String text) throws IOException {
        Path written = file.resolveSibling(file.getFileName() + ".new");
        // what a crash left, or a link that another user put there, must not be written to
        Files.deleteIfExists(written);
        create(written, text);
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
        syncEntry(file);
    }

    /**
     * Makes a file with a text in it, whose bytes are durable; its name is after {@link #syncEntry}.
     *
     * @throws FileAlreadyExistsException when the name is not free, also by a link that leads nowhere
     */
    public static void create(Path file, String text, FileAttribute<?>... attributes) throws IOException {
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(file, options, attributes)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /** Makes durable that a file has its name: syncs the directory that it lies in. */
    public static void syncEntry(Path file) throws IOException {
        sync(Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file lies in a directory"));
    }

    /**
     * Makes a directory and its missing parents, each of them durable. Others may do the same at the same time.
     *
     * @throws FileAlreadyExistsException when one of them is there and is not a directory
     */
    public static void directories(Path directory) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        for (Path each = directory.toAbsolutePath();
                each != null && !Files.isDirectory(each);
                each = each.getParent()) {
            // asked again: another thread may have made it meanwhile
            if (Files.exists(each, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(each)) {
                throw new FileAlreadyExistsException(each.toString());
            }
            missing.push(each);
        }
        for (Path each : missing) {
            try {
                Files.createDirectory(each);
            } catch (FileAlreadyExistsException e) {
                if (!Files.isDirectory(each)) {
                    throw e;
                }
            }
            sync(Objects.requireNonNull(each.toAbsolutePath().getParent(), "the topmost directory is always there"));
        }
    }
}
