package org.heratio.offsite.destination.rsync;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.Presence;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;

/**
 * The output of a script: the state of the directory, a line that begins with a word, and what stands behind it.
 *
 * @param state the first line
 * @param word first word of the second line; empty when there is none
 * @param rest the rest of that line
 * @param body all the other lines
 */
record Answer(Presence.State state, String word, String rest, String body) {
    /** The word that a script prints instead of a state where the marker is a link. */
    static final String LINKED = "linked";

    private static final int MAX_LINE = 8192;

    static Answer of(String text) throws FailureException {
        String[] lines = text.split("\n", 3);
        return of(lines[0], lines.length > 1 ? lines[1] : "", lines.length > 2 ? lines[2] : "");
    }

    static Answer of(String state, String line, String body) throws FailureException {
        int blank = line.indexOf(' ');
        return new Answer(
                state.isEmpty() ? Presence.State.NOWHERE : state(state),
                blank < 0 ? line : line.substring(0, blank),
                blank < 0 ? "" : line.substring(blank + 1),
                body);
    }

    /** Returns the state that a script prints first. */
    static Presence.State state(String word) throws FailureException {
        if (word.equals(LINKED)) {
            throw new FailureException(
                    ErrorCode.DESTINATION_DENIED,
                    "the marker of the destination, " + DirectoryLayout.MARKER + ", is a symbolic link at the host",
                    "look who made it, then replace it by an empty file: no link is followed there");
        }
        return known(word)
                .orElseThrow(() -> new RsyncException(
                        new Failure(
                                ErrorCode.DESTINATION_MISCONFIGURED,
                                "the account at the host says \"" + word + "\" instead of running what it is asked to",
                                ".bashrc there must print nothing; " + NoShell.HINT),
                        RsyncException.Meaning.NO_SHELL));
    }

    /** Returns whether this is the output of one of our scripts. */
    static boolean isOfScript(String text) {
        String word = text.split("\n", 2)[0];
        return word.equals(LINKED) || known(word).isPresent();
    }

    private static Optional<Presence.State> known(String word) {
        return Arrays.stream(Presence.State.values())
                .filter(state -> state.name().equalsIgnoreCase(word))
                .findFirst();
    }

    /** One line of a child's output, without its end. */
    static String line(Child child, Duration idle) throws IOException, InterruptedException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        byte[] one = new byte[1];
        while (line.size() < MAX_LINE && child.read(one, 0, 1, idle) > 0 && one[0] != '\n') {
            line.write(one[0]);
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
