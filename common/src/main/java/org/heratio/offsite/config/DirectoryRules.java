package org.heratio.offsite.config;

import static org.heratio.offsite.config.Setting.*;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Which directories must lie apart. What we write must never be taken for an archive of Heratio's, nor for a copy, nor be swept
 * away as an orphan.
 */
final class DirectoryRules {
    private DirectoryRules() {}

    /** Notes which of our own directories overlap. */
    static void check(SettingsReader read, Settings.Paths paths) {
        Path backups = real(paths.backups());
        Path state = real(paths.state());
        Path spool = real(paths.spool());
        String archives = "and what lies there would be taken for archives";
        apart(read, BACKUP_OFFSITE_STATE_DIR, state, backups, "the backup directory", archives);
        if (!spool.startsWith(state) || !overlap(state, backups)) {
            apart(read, BACKUP_OFFSITE_SPOOL_DIR, spool, backups, "the backup directory", archives);
        }
        if (SameDirectory.isSame(spool, state)) {
            read.problem(
                    BACKUP_OFFSITE_SPOOL_DIR,
                    spool + " is the state directory, where the spool would sweep away what it does not know",
                    "choose a directory of its own, such as " + state.resolve("spool"));
        }
        keepHealthFileOut(read, backups, "the backup directory");
        keepHealthFileOut(read, spool, "the spool");
    }

    /** Notes where the health file would be taken for an archive, a payload or a copy, or one of those for it. */
    private static void keepHealthFileOut(SettingsReader read, Path directory, String name) {
        Path file = read.optionalPath(BACKUP_OFFSITE_HEALTH_FILE);
        if (file != null && SameDirectory.isIn(real(file), directory)) {
            read.problem(
                    BACKUP_OFFSITE_HEALTH_FILE,
                    file + " is in " + name + " " + directory + ", and 'offsite serve' touches and deletes it",
                    "choose a file elsewhere, such as /run/offsite/healthy");
        }
    }

    /** Notes where a directory for copies overlaps with ours. */
    static void checkCopies(SettingsReader read, Settings.Paths paths, Setting setting, Path copies) {
        Path backups = real(paths.backups());
        Path state = real(paths.state());
        Path spool = real(paths.spool());
        Path destination = real(copies);
        apart(read, setting, destination, backups, "the backup directory", "and copies would be taken for archives");
        apart(read, setting, destination, spool, "the spool", "and copies would be swept away");
        keepHealthFileOut(read, destination, "the directory of copies");
        if (SameDirectory.isIn(state, destination)) {
            read.problem(
                    setting,
                    destination + " holds the state directory " + state + ", whose files are no copies",
                    "choose a directory of its own, best on another disk");
        }
    }

    private static void apart(
            SettingsReader read, Setting setting, Path path, Path other, String otherName, String why) {
        if (overlap(path, other)) {
            String how = SameDirectory.isSame(path, other)
                    ? " is "
                    : SameDirectory.isIn(path, other) ? " lies inside " : " contains ";
            read.problem(
                    setting,
                    path + how + otherName + " " + (path.equals(other) ? "" : other + " ") + why,
                    "choose a directory outside of it");
        }
    }

    private static boolean overlap(Path a, Path b) {
        return SameDirectory.isIn(a, b) || SameDirectory.isIn(b, a);
    }

    /** Links resolved as far as the path exists: a link into the backup directory is inside it. */
    static Path real(Path path) {
        for (Path there = path; there != null; there = there.getParent()) {
            try {
                return there.toRealPath().resolve(there.relativize(path)).normalize();
            } catch (IOException e) {
                // not there (yet): its parent may be
            }
        }
        return path;
    }
}
