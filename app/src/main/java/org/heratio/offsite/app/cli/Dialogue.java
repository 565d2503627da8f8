package org.heratio.offsite.app.cli;

import java.io.Console;
import java.util.Locale;
import java.util.Optional;
import org.heratio.offsite.app.report.Terminal;
import org.jspecify.annotations.Nullable;

/** Asks a person. */
interface Dialogue {
    /** Returns what was typed, or the default for an empty line; ends with the input. */
    String ask(String question, String otherwise);

    /** Returns what was typed unseen; empty for nothing. */
    String askSecret(String question);

    void say(String line);

    /** Asks until the answer is yes or no, and returns whether it is yes. */
    default boolean agrees(String question, boolean otherwise) {
        while (true) {
            switch (ask(question + " (yes, no)", otherwise ? "yes" : "no").toLowerCase(Locale.ROOT)) {
                case "yes", "y" -> {
                    return true;
                }
                case "no", "n" -> {
                    return false;
                }
                default -> say("Answer yes or no.");
            }
        }
    }

    /** Returns the terminal, if a person sits there. */
    static Optional<Dialogue> ofTerminal() {
        return Optional.ofNullable(System.console())
                .filter(console -> Terminal.attended())
                .map(OfConsole::new);
    }

    /** The terminal of this process. */
    record OfConsole(Console console) implements Dialogue {
        @Override
        public String ask(String question, String otherwise) {
            String shown = otherwise.isEmpty() ? "" : " [" + otherwise + "]";
            String answer = given(console.readLine("%s%s: ", question, shown)).strip();
            return answer.isEmpty() ? otherwise : answer;
        }

        @Override
        public String askSecret(String question) {
            char[] typed = console.readPassword("%s (not shown): ", question);
            return given(typed == null ? null : new String(typed));
        }

        @Override
        public void say(String line) {
            console.printf("%s%n", line);
        }

        private static String given(@Nullable String answer) {
            if (answer == null) {
                throw new EndOfInputException();
            }
            return answer;
        }
    }

    /** The input has ended before all was asked. */
    final class EndOfInputException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        EndOfInputException() {
            super("the input ended, and nothing was written");
        }
    }
}
