package org.heratio.offsite.destination.rsync;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.heratio.offsite.destination.Expected;
import org.heratio.offsite.failure.FailureException;

/** Asks rsync itself what is at the host, and reads what it prints. */
final class RemoteListing {
    // "-rw-r--r--          1,234 2026/11/24 03:15:00 name"
    private static final Pattern LINE = Pattern.compile(
            "(\\S)\\S{9,10}\\s+([\\d,.]+) \\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d (.*)", Pattern.DOTALL);

    private static final Pattern ESCAPE = Pattern.compile("\\\\#([0-7]{3})");
    private static final int MAX_LINE = 16 << 10;
    /** Ten million names of archives. */
    private static final long MAX_LISTING = 2L << 30;
    /** A week of lines about the progress of a transfer. */
    private static final long MAX_CHATTER = 64 << 20;

    /** A host may think for long before it prints the first line. */
    private static final int PATIENCE = 3;

    private final RsyncConfig config;
    private final SshCommand command;
    private final RsyncFailures failures;

    RemoteListing(RsyncConfig config, SshCommand command, RsyncFailures failures) {
        this.config = config;
        this.command = command;
        this.failures = failures;
    }

    /** Takes what is listed. */
    interface Entries {
        void take(Entry entry) throws FailureException;
    }

    /** Takes what rsync prints while it runs. */
    interface Output {
        /** Takes a line, without its end. */
        void line(String line) throws FailureException;

        /**
         * Called whenever something was printed.
         *
         * @param bytes printed so far
         * @throws TooMuchException when that is enough
         */
        default void printed(long bytes) throws IOException, FailureException {
            if (bytes > MAX_CHATTER) {
                throw new TooMuchException(MAX_CHATTER);
            }
        }
    }

    /** Prints nothing that anybody wants. */
    static final Output SILENT = line -> {};

    /**
     * Something at the host.
     *
     * @param type as ls has it: {@code -} is a file
     * @param name below the directory
     */
    record Entry(char type, long size, String name) {
        boolean isFile() {
            return type == '-';
        }

        boolean isDirectory() {
            return type == 'd';
        }
    }

    /** Filters that let nothing through but these names and the directories above them. */
    static List<String> only(List<String> wanted) {
        Set<String> filters = new LinkedHashSet<>();
        for (String name : wanted) {
            for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
                filters.add("--include=/" + literal(name.substring(0, slash)) + "/");
            }
            filters.add("--include=/" + literal(name));
        }
        List<String> all = new ArrayList<>(filters);
        all.add("--exclude=*");
        return all;
    }

    /** rsync takes backslashes for escapes only where there is a wildcard. */
    private static String literal(String name) {
        return name.matches("(?s).*[*?\\[].*") ? name.replaceAll("[\\\\*?\\[]", "\\\\$0") : name;
    }

    /** False when the directory is not there. */
    boolean list(List<String> how, Entries entries) throws FailureException, InterruptedException {
        String what = "listing " + config.path();
        List<String> args = new ArrayList<>(command.rsyncAlone());
        args.addAll(List.of("--list-only", "--8-bit-output", "--no-human-readable"));
        args.addAll(how);
        args.addAll(List.of("--", command.operand(config.path().equals("/") ? "/" : config.path() + "/")));
        try {
            run(what, args, "", new Lines(what, entries));
            return true;
        } catch (RsyncException e) {
            if (e.means(RsyncException.Meaning.NOT_THERE)) {
                return false;
            }
            throw e;
        }
    }

    /** Reads the lines of a listing, however many they are: who takes the entries counts them. */
    private record Lines(String what, Entries entries) implements Output {
        @Override
        public void line(String line) throws FailureException {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                long size = Expected.size(what, matcher.group(2).replaceAll("[,.]", ""));
                entries.take(new Entry(matcher.group(1).charAt(0), size, decoded(matcher.group(3))));
            }
        }

        @Override
        public void printed(long bytes) throws IOException {
            if (bytes > MAX_LISTING) {
                throw new TooMuchException(MAX_LISTING);
            }
        }
    }

    /** Control characters come as octal numbers. */
    private static String decoded(String name) {
        return ESCAPE.matcher(name)
                .replaceAll(
                        match -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(match.group(1), 8))));
    }

    /** Runs rsync to its end; {@code input} is all that it gets, and what it prints is handed on. */
    void run(String what, List<String> args, String input, Output output)
            throws FailureException, InterruptedException {
        Duration patience = config.timeout().multipliedBy(PATIENCE);
        byte[] buffer = new byte[8192];
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        long printed = 0;
        try (Child child = Child.start(args, input)) {
            for (int n = child.read(buffer, 0, buffer.length, patience);
                    n >= 0;
                    n = child.read(buffer, 0, buffer.length, patience)) {
                printed += n;
                output.printed(printed);
                for (int i = 0; i < n; i++) {
                    if (buffer[i] == '\n' || line.size() > MAX_LINE) {
                        output.line(line.toString(StandardCharsets.UTF_8));
                        line.reset();
                    } else {
                        line.write(buffer[i]);
                    }
                }
            }
            int exit = child.exit();
            if (exit != 0) {
                throw failures.of(what, exit, child.errors());
            }
        } catch (IOException e) {
            throw failures.silent(what, e);
        }
    }
}
