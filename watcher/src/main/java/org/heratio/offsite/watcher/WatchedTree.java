package org.heratio.offsite.watcher;

import io.methvin.watcher.visitor.FileTreeVisitor;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which directories are watched: those that a scan goes into. The library's own visitor would watch nothing at all, and say nothing, where
 * the backup directory is a symbolic link, and give up as a whole for one subdirectory.
 */
final class WatchedTree implements FileTreeVisitor {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedTree.class);

    private final Path root;
    private final DirectoryScan scan;
    private final WarnOnce warnings = new WarnOnce(LOG);

    WatchedTree(Path root, DirectoryScan scan) {
        this.root = root;
        this.scan = scan;
    }

    @Override
    public void recursiveVisitFiles(Path start, Callback onDirectory, Callback onFile) throws IOException {
        Deque<Path> directories = new ArrayDeque<>();
        if (start.equals(root)) {
            onDirectory.call(root);
            list(root, directories, onFile);
        } else if (scan.enters(start)) {
            directories.add(start);
        }
        while (!directories.isEmpty()) {
            Path next = directories.pop();
            try {
                onDirectory.call(next);
                list(next, directories, onFile);
            } catch (NoSuchFileException | NotDirectoryException e) {
                LOG.debug("{} went away", next);
            } catch (IOException e) {
                warnings.warn(
                        next + " cannot be watched; what lands there is found by the next scan: " + e.getMessage());
            }
        }
    }

    private void list(Path dir, Deque<Path> directories, Callback onFile) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(dir)) {
            for (Path entry : entries) {
                if (!Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    onFile.call(entry);
                } else if (scan.enters(entry)) {
                    directories.push(entry);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }
}
