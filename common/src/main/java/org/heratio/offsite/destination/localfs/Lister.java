package org.heratio.offsite.destination.localfs;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileVisitResult;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Consumer;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.Sha256Sidecar;
import org.heratio.offsite.destination.Stored;
import org.jspecify.annotations.Nullable;

/** Walks over the copies of a destination. Links are not followed, and what goes away meanwhile is not missed. */
final class Lister extends SimpleFileVisitor<Path> {

    private final Path root;
    private final LocalFiles files;
    private final Consumer<Stored> consumer;

    Lister(Path root, Consumer<Stored> consumer) {
        this.root = root;
        this.files = new LocalFiles(root);
        this.consumer = consumer;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
        boolean ours = directory.equals(root.resolve(DirectoryLayout.PARTIAL))
                || directory.equals(root.resolve(OwnerTag.DIRECTORY));
        return ours ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new ClosedByInterruptException();
        }
        String name = root.relativize(file).toString();
        if (attributes.isRegularFile() && DirectoryLayout.isCopy(name)) {
            consumer.accept(new Stored(name, attributes.size(), sha256(name)));
        }
        return FileVisitResult.CONTINUE;
    }

    private @Nullable String sha256(String name) throws IOException {
        return files.read(Sha256Sidecar.nameFor(name), Sha256Sidecar.MAX_BYTES)
                .flatMap(Sha256Sidecar::parse)
                .orElse(null);
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
        return ignoreVanished(e);
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
        return e == null ? FileVisitResult.CONTINUE : ignoreVanished(e);
    }

    private static FileVisitResult ignoreVanished(IOException e) throws IOException {
        if (e instanceof NoSuchFileException) {
            return FileVisitResult.CONTINUE;
        }
        throw e;
    }
}
