package org.heratio.offsite.destination.localfs;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Consumer;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.Sha256Sidecar;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.files.HeldParent;
import org.jspecify.annotations.Nullable;

/** Walks over the copies of a destination. Links are not followed, and what goes away meanwhile is not missed. */
final class Lister {

    private final Path root;
    private final Consumer<Stored> consumer;

    Lister(Path root, Consumer<Stored> consumer) {
        this.root = root;
        this.consumer = consumer;
    }

    void list() throws IOException {
        list("");
    }

    /** @param prefix the name of a directory with a slash behind it; empty for the root */
    private void list(String prefix) throws IOException {
        try (HeldParent held = HeldParent.open(root, prefix + ".");
                DirectoryStream<Path> entries = Files.newDirectoryStream(held.path())) {
            for (Path entry : entries) {
                visit(entry, prefix + entry.getFileName());
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } catch (NoSuchFileException e) {
            // it went away meanwhile
        }
    }

    private void visit(Path entry, String name) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new ClosedByInterruptException();
        }
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (attributes.isRegularFile() && DirectoryLayout.isCopy(name)) {
                consumer.accept(new Stored(name, attributes.size(), sha256(entry)));
            } else if (attributes.isDirectory() && !isOurs(name)) {
                list(name + "/");
            }
        } catch (NoSuchFileException e) {
            // it went away meanwhile
        }
    }

    private static boolean isOurs(String directory) {
        return directory.equals(DirectoryLayout.PARTIAL) || directory.equals(OwnerTag.DIRECTORY);
    }

    private static @Nullable String sha256(Path copy) throws IOException {
        Path sidecar =
                copy.resolveSibling(Sha256Sidecar.nameFor(copy.getFileName().toString()));
        return LocalFiles.read(sidecar, Sha256Sidecar.MAX_BYTES)
                .flatMap(Sha256Sidecar::parse)
                .orElse(null);
    }
}
