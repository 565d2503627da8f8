package org.heratio.offsite.operations.inventory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Unreadable;

/** A flat backup directory, in which every file is an archive; the others are only counted. */
public record ListedDirectory(Path root, long others) implements BackupInventory {
    public ListedDirectory(Path root) {
        this(root, 0);
    }

    @Override
    public Contents look() throws FailureException {
        requireRoot();
        List<ArchiveFile> archives = new ArrayList<>();
        try (Stream<Path> files = Files.list(root)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                archives.add(new ArchiveFile(
                        file.toString(),
                        root.relativize(file).toString(),
                        Files.size(file),
                        Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS)));
            }
        } catch (IOException e) {
            throw new FailureException(ErrorCode.BACKUP_DIRECTORY_UNAVAILABLE, root + ": " + e, null, e);
        }
        return new Contents(archives, new Unreadable(List.of(), 0), others);
    }

    @Override
    public void requireRoot() throws FailureException {
        if (!Files.isDirectory(root)) {
            throw new FailureException(ErrorCode.BACKUP_DIRECTORY_UNAVAILABLE, root + " is not there", null);
        }
    }
}
