package org.heratio.offsite.watcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.files.UnsafePathException;
import org.heratio.offsite.ledger.Unreadable;

/** Collects the places that one scan cannot read. It keeps a bounded number, and counts all. Not thread-safe. */
final class UnreadablePlaces {
    /** {@code PATH_MAX} of Linux, without the end mark. */
    private static final int LONGEST_PATH = 4095;

    private final List<Unreadable.Place> places = new ArrayList<>();
    private long total;

    void add(Path file, String what, IOException why) {
        String path = path(file);
        add(path, what + ": " + reason(why), hint(path, why));
    }

    /** Adds a link to a directory that no scan goes into. */
    void addLink(Path link) {
        add(
                path(link),
                "is a link to a directory that scans do not go into: archives there are not shipped",
                "mount or move that directory into the backup directory, or remove the link");
    }

    private void add(String path, String reason, String hint) {
        total++;
        if (places.size() < Unreadable.LIMIT) {
            places.add(new Unreadable.Place(path, path + " " + reason, hint, 0));
        }
    }

    private static String path(Path file) {
        return FileNames.usable(file) ? file.toString() : FileNames.escaped(file);
    }

    Unreadable found() {
        return new Unreadable(places, total);
    }

    /** Returns why, without the path: who asks has named it. */
    static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        String system = e instanceof FileSystemException failed ? failed.getReason() : null;
        return system == null ? e.toString() : system;
    }

    private static String hint(String path, IOException e) {
        if (e instanceof AccessDeniedException) {
            return "give the user that runs offsite the right to read and enter it, or move it out of the backup directory";
        }
        if (e instanceof UnsafePathException) {
            return BackupDirectory.COPY_IT;
        }
        if (path.getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH) {
            return "shorten its path: no program can open one of more than " + LONGEST_PATH + " bytes";
        }
        return "look at the file system that it is on, or move it out of the backup directory";
    }
}
