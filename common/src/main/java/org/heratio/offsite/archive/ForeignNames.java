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
            ".temp",
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
            ".!bt",
            ".bc!",
            ".jc!",
            ".td",
            ".xltd",
            ".fdmdownload",
            ".part.met",
            ".dpkg-new",
            ".dpkg-tmp",
            ".lftp-pget-status",
            ".swp",
            ".swo",
            ".swx",
            "~");

    private static final List<String> PREFIXES = List.of("~syncthing~", "~$");

    private static final List<Pattern> ENDS = List.of(
            Pattern.compile("\\.~[0-9a-f]+$"),
            // with the number of a process, a thread or a fragment
            Pattern.compile("\\.(tmp|temp)[.-]?\\d+$"),
            Pattern.compile("\\.part-(frag)?\\d+$"),
            // of programs of macOS that write beside a document
            Pattern.compile("\\.sb-[0-9a-f]{8}-[0-9a-z]{6}$"),
            // of the AWS CLI; eight digits alone are a day
            Pattern.compile("\\.(gz|tgz|zip|xz|bz2|zst|7z|gpg)\\.(?=\\d*[a-f])[0-9a-f]{8}$"));

    /** Temporary names of zip. A name without a digit or a capital letter may be a word. */
    private static final Pattern OF_ZIP = Pattern.compile("zi(?=[a-z]*[0-9A-Z])[0-9A-Za-z]{6}");

    /** Recycle bins, snapshots and indexes of NAS systems and of Windows, and what a check of the file system found. */
    private static final Set<String> DIRECTORIES = Set.of(
            "@eadir", "@recycle", "#recycle", "#snapshot", "$recycle.bin", "system volume information", "lost+found");

    private ForeignNames() {}

    /** Returns whether a file looks unfinished by its name. */
    static boolean isUnfinished(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return SUFFIXES.stream().anyMatch(lower::endsWith)
                || PREFIXES.stream().anyMatch(lower::startsWith)
                || OF_ZIP.matcher(name).matches()
                || ENDS.stream().anyMatch(end -> end.matcher(lower).find());
    }

    /** Returns whether a path leads into a directory that is kept by a system, or is one. */
    static boolean isSystems(String relativePath) {
        return Arrays.stream(relativePath.toLowerCase(Locale.ROOT).split("/", -1))
                .anyMatch(DIRECTORIES::contains);
    }
}
