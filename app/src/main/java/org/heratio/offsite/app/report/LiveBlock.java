package org.heratio.offsite.app.report;

import java.io.PrintStream;
import java.util.List;

/** Lines at the bottom of a terminal that are drawn again and again in the same place. */
final class LiveBlock {
    /** Lines that wrap would not be overdrawn; the width of the terminal is not known. */
    private static final int COLUMNS = 79;

    private static final int LINES = 10;

    private static final String CLEAR = "\r\u001b[J";

    private final PrintStream terminal;

    LiveBlock(PrintStream terminal) {
        this.terminal = terminal;
    }

    /** @param last a line that is always shown, below the others, of which there may be too many */
    void draw(List<String> lines, String last) {
        StringBuilder text = new StringBuilder(CLEAR);
        lines.stream().limit(LINES).forEach(line -> text.append(cut(line)).append('\n'));
        text.append(cut(last)).append('\n');
        // back to the top: what others print, such as a warning, stays and pushes the block down
        text.append("\u001b[").append(Math.min(lines.size(), LINES) + 1).append('A');
        terminal.print(text);
        terminal.flush();
    }

    /** Takes the lines away, to make room for what stays. */
    void clear() {
        terminal.print(CLEAR);
        terminal.flush();
    }

    /** Anything beyond Latin counts double, since much of it is drawn so. */
    private static String cut(String line) {
        StringBuilder kept = new StringBuilder();
        int columns = 0;
        for (int c : line.codePoints().toArray()) {
            columns += c < 0x300 ? 1 : 2;
            if (columns > COLUMNS) {
                return kept + "\u2026";
            }
            kept.appendCodePoint(c);
        }
        return kept.toString();
    }
}
