package org.heratio.offsite.destination.rsync;

import java.io.IOException;
import java.time.Duration;
import org.heratio.offsite.failure.FailureException;

/** Runs small POSIX scripts at the host. They arrive on standard input, so that no login shell ever sees a name. */
final class RemoteShell {
    private final SshCommand command;
    private final RsyncFailures failures;
    private volatile boolean answered;

    RemoteShell(SshCommand command, RsyncFailures failures) {
        this.command = command;
        this.failures = failures;
    }

    /**
     * Runs a script and returns its output. Gives up when it prints nothing for longer than {@code patience}.
     *
     * @param most bytes that it may print
     */
    String run(String what, String script, int most, Duration patience) throws FailureException, InterruptedException {
        try (Child child = start(script)) {
            String answer = child.readAll(most, patience);
            int exit = child.exit();
            heard(answer);
            if (exit != 0) {
                // some refuse on standard output
                String errors = (child.errors() + "\n" + answer).strip();
                RsyncException failure = failures.of(what, exit, errors);
                throw answered ? failure : NoShell.ofFirstScript(failure, exit, errors);
            }
            return answer;
        } catch (IOException e) {
            throw failures.silent(what, e);
        }
    }

    /** Returns whether the host has run a script: then it has a shell, whatever another script meets. */
    boolean answered() {
        return answered;
    }

    /** Notes the beginning of what a host has printed. */
    void heard(String output) {
        if (Answer.isOfScript(output)) {
            answered = true;
        }
    }

    /** Reads the first two lines of a script's output alone; what follows stays there. */
    Answer head(Child child, Duration idle) throws IOException, InterruptedException, FailureException {
        String state = Answer.line(child, idle);
        heard(state);
        return Answer.of(state, state.isEmpty() ? "" : Answer.line(child, idle), "");
    }

    /** A script that is under way. */
    Child start(String script) throws FailureException {
        return Child.start(command.shell(), script);
    }

    /** Throws what is in the way when a child whose output was read did not end well. */
    void requireWell(String what, Child child) throws FailureException, InterruptedException {
        int exit = child.exit();
        if (exit != 0) {
            throw failures.of(what, exit, child.errors());
        }
    }

    RsyncFailures failures() {
        return failures;
    }

    /** A text as one word of a POSIX shell, whatever is in it. */
    static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
