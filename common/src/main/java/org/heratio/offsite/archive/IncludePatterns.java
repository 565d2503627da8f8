package org.heratio.offsite.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Which files of the backup directory are archives. Letter case makes no difference. A pattern with a {@code /} is held against the
 * path below the backup directory, any other against the file's name. Hidden files, what lies in hidden directories or in those that
 * a system keeps for itself, and what looks half-written by its name are never taken, whatever the patterns say.
 */
public final class IncludePatterns {
    /** The default patterns. */
    public static final String DEFAULT = "*.gz,*.zip";

    private final List<String> globs;
    private final List<Include> includes = new ArrayList<>();

    /**
     * One pattern.
     *
     * @param ofPath whether it is held against the path and not against the name
     * @param anyName whether every name fits, so that a name that fits says nothing
     */
    private record Include(Pattern pattern, boolean ofPath, boolean anyName) {
        boolean fits(String relativePath) {
            return pattern.matcher(ofPath ? relativePath : name(relativePath)).matches();
        }
    }

    /**
     * @param globs at least one
     * @throws IllegalArgumentException for a pattern that is none; the message says which and why
     */
    public IncludePatterns(List<String> globs) {
        this.globs = List.copyOf(globs);
        if (globs.isEmpty()) {
            throw new IllegalArgumentException("no include pattern is given, so nothing would ever be shipped");
        }
        for (String glob : globs) {
            add(glob);
        }
    }

    /** Reads a list that is separated by commas; commas in braces separate alternatives instead. */
    public static IncludePatterns parse(String list) {
        List<String> globs = new ArrayList<>();
        StringBuilder glob = new StringBuilder();
        int depth = 0;
        for (int i = 0; i < list.length(); i++) {
            char c = list.charAt(i);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (c == ',' && depth <= 0) {
                globs.add(glob.toString().strip());
                glob.setLength(0);
            } else {
                glob.append(c);
            }
        }
        globs.add(glob.toString().strip());
        globs.removeIf(String::isEmpty);
        return new IncludePatterns(globs);
    }

    private void add(String glob) {
        try {
            String relative = glob.startsWith("/") ? glob.substring(1) : glob;
            boolean anyName = name(glob).chars().allMatch(c -> c == '*');
            includes.add(new Include(Glob.compile(relative), glob.indexOf('/') >= 0, anyName));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("the pattern " + glob + " is not a glob: " + e.getDescription(), e);
        }
    }

    /** The patterns as they were given. */
    public List<String> globs() {
        return globs;
    }

    /**
     * Returns whether a file is an archive by its name.
     *
     * @param relativePath below the backup directory, with {@code /}
     */
    public boolean includes(String relativePath) {
        return !hidden(relativePath)
                && !ForeignNames.isUnfinished(name(relativePath))
                && includes.stream().anyMatch(include -> include.fits(relativePath));
    }

    /**
     * Returns whether a name is that of an archive, and not only one of all that a pattern such as {@code *} includes.
     *
     * @param relativePath included by these patterns
     */
    public boolean isNameOfArchive(String relativePath) {
        return includes.stream().anyMatch(include -> !include.anyName() && include.fits(relativePath));
    }

    private static String name(String relativePath) {
        return relativePath.substring(relativePath.lastIndexOf('/') + 1);
    }

    /**
     * Returns whether a file or directory, or one of those above it, is hidden by a leading dot, as our own files are, or is a directory
     * that a system keeps for itself.
     */
    public static boolean hidden(String relativePath) {
        return relativePath.startsWith(".") || relativePath.contains("/.") || ForeignNames.isSystems(relativePath);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IncludePatterns patterns && globs.equals(patterns.globs);
    }

    @Override
    public int hashCode() {
        return globs.hashCode();
    }

    @Override
    public String toString() {
        return String.join(",", globs);
    }
}
