package org.heratio.offsite.archive;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Names that programs give to files which they have not finished, and to directories that they keep for themselves. */
final class ForeignNames {
    /** Endings that copying and sharing programs, browsers, editors and object stores use. */
    private static final List<String> SUFFIXES = List.of(
            ".part",
            ".partial",
            ".filepart",
            ".ocpart",
            ".tmp",
            ".gstmp",
            ".incomplete",
            ".inprogress",
            ".writing",
            ".uploading",
            ".downloading",
            ".download",
            ".crdownload",
            ".opdownload",
            ".unconfirmed",
            ".crswap",
            ".aria2",
            ".minio",
            ".!sync",
            ".!ut",
            ".!qb",
            ".lftp-pget-status",
            ".swp",
            ".swo",
            ".swx",
            "~");

    private static final List<String> PREFIXES = List.of("~syncthing~", "~$");

    private static final List<Pattern> ENDS = List.of(
            Pattern.compile("\\.~[0-9a-f]+$"),
            // of the AWS CLI; eight digits alone are a day
            Pattern.compile("\\.(gz|tgz|zip|xz|bz2|zst|7z|gpg)\\.(?=\\d*[a-f])[0-9a-f]{8}$"));

    /** Recycle bins, snapshots and indexes of NAS systems and of Windows, and what a check of the file system found. */
    private static final Set<String> DIRECTORIES = Set.of(
            "@eadir", "@recycle", "#recycle", "#snapshot", "$recycle.bin", "system volume information", "lost+found");

    private ForeignNames() {}

    /** Returns whether a file looks unfinished by its name. */
    static boolean isUnfinished(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return SUFFIXES.stream().anyMatch(lower::endsWith)
                || PREFIXES.stream().anyMatch(lower::startsWith)
                || ENDS.stream().anyMatch(end -> end.matcher(lower).find());
    }

    /** Returns whether a path leads into a directory that is kept by a system, or is one. */
    static boolean isSystems(String relativePath) {
        return Arrays.stream(relativePath.toLowerCase(Locale.ROOT).split("/", -1))
                .anyMatch(DIRECTORIES::contains);
    }
}
