package org.heratio.offsite.destination.rsync;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.heratio.offsite.config.BadValueException;
import org.heratio.offsite.config.Parse;

/**
 * The arguments for rsync that a person may add. What rsync is called with keeps promises: nothing is deleted, what is cut is taken up
 * again, and a copy has the bytes that were hashed. An argument that would break one of them is refused at the start, with what it would break.
 */
final class RsyncExtra {
    /** Short options whose value may stand behind them in the same word; they are harmless. */
    private static final String WITH_VALUE = "B@";

    private static final Set<String> CHECKSUM_CHOICE = Set.of("checksum-choice", "cc");

    /**
     * Options that break the same promise.
     *
     * @param shorts letters of short options
     * @param longs long options without their dashes; {@code *} at the end stands for any ending. {@code no-} before them is refused too
     */
    private record Rule(String why, String shorts, List<String> longs) {
        boolean forbidsShort(char letter) {
            return shorts.indexOf(letter) >= 0;
        }

        boolean forbidsLong(String name) {
            return longs.stream()
                    .anyMatch(each -> each.endsWith("*")
                            ? name.startsWith(each.substring(0, each.length() - 1))
                            : name.equals(each));
        }
    }

    private static final List<Rule> RULES = List.of(
            new Rule("how the host is reached has settings of its own", "e", List.of("rsh")),
            new Rule("a payload or a copy could be deleted", "", List.of("remove-s*", "delete*", "del", "force")),
            new Rule("nothing would be sent", "n", List.of("dry-run", "list-only", "only-write-batch")),
            new Rule(
                    "something else than the payload could be sent, or less",
                    "fFC0Rdu",
                    List.of(
                            "files-from",
                            "from0",
                            "include*",
                            "exclude*",
                            "filter",
                            "cvs-exclude",
                            "relative",
                            "dirs",
                            "old-d*",
                            "update",
                            "existing",
                            "ignore-*",
                            "size-only",
                            "max-*",
                            "min-size",
                            "copy-*",
                            "compare-dest",
                            "link-dest",
                            "read-batch",
                            "write-*",
                            "iconv",
                            "stop-a*",
                            "time-limit")),
            new Rule(
                    "where a transfer leaves what has arrived, and goes on, is settled",
                    "TPW",
                    List.of("inplace", "append*", "partial*", "temp-dir", "delay-updates", "fsync", "whole-file")),
            new Rule("set BACKUP_OFFSITE_RSYNC_TIMEOUT instead", "", List.of("timeout", "contimeout")),
            new Rule(
                    "names could pass through a shell at the host",
                    "s",
                    List.of("protect-args", "secluded-args", "s", "old-args", "trust-sender")),
            new Rule("files that are no copies would be left at the host", "b", List.of("backup*", "suffix")),
            new Rule(
                    "what is sent is compressed or encrypted already",
                    "z",
                    List.of("compress*", "zc", "zl", "old-compress", "new-compress", "skip-compress")),
            new Rule(
                    "rsync would be no client", "", List.of("daemon", "server", "sender", "config", "help", "version")),
            new Rule(
                    "the messages of rsync could not be read any more",
                    "qiV",
                    List.of("quiet", "out-format", "log-format", "itemize-changes", "info", "debug", "8-bit-output")),
            new Rule("what the host is told would not be looked at", "M", List.of("remote-option")));

    private RsyncExtra() {}

    /** The words of a text, each of them an option that does no harm. */
    static List<String> parse(String text) throws BadValueException {
        List<String> words = Parse.arguments(text);
        for (String word : words) {
            requireHarmless(word);
        }
        return words;
    }

    private static void requireHarmless(String word) throws BadValueException {
        if (!word.startsWith("-") || word.equals("-") || word.equals("--")) {
            throw new BadValueException(
                    Parse.quoted(word) + " is no option",
                    "write a long option with its value as one word, such as --bwlimit=1M");
        }
        if (word.startsWith("--")) {
            String[] option = word.substring(2).toLowerCase(Locale.ROOT).split("=", 2);
            String name = option[0];
            if (name.equals("no-whole-file")) {
                return; // so it is anyway
            }
            if (CHECKSUM_CHOICE.contains(name)
                    && option.length > 1
                    && Parse.list(option[1]).contains("none")) {
                throw refused(word, "without checksums nothing of what has arrived is used, or checked on its way");
            }
            refuse(word, rule -> rule.forbidsLong(name) || rule.forbidsLong(name.replaceFirst("^no-", "")));
            return;
        }
        for (char letter : word.substring(1).toCharArray()) {
            if (WITH_VALUE.indexOf(letter) >= 0) {
                return;
            }
            refuse(word, rule -> rule.forbidsShort(letter));
        }
    }

    private static void refuse(String word, java.util.function.Predicate<Rule> forbids) throws BadValueException {
        for (Rule rule : RULES) {
            if (forbids.test(rule)) {
                throw refused(word, rule.why());
            }
        }
    }

    private static BadValueException refused(String word, String why) {
        return new BadValueException(
                Parse.quoted(word) + " would break what is promised of a copy", "leave it out: " + why);
    }
}
