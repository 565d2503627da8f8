package org.heratio.offsite.app.report;

import java.io.PrintStream;
import org.heratio.offsite.ledger.RequestStatus;
import org.heratio.offsite.operations.report.Json;
import org.heratio.offsite.operations.request.RequestFollower;
import org.heratio.offsite.operations.request.RequestSummary;
import org.heratio.offsite.text.Printable;

/**
 * Tells a person how a run ended.
 *
 * @param command its name
 */
public record RunSummary(String command, RequestFollower.Result result) {
    /** Prints it for people, or as JSON. */
    public static void print(String command, RequestFollower.Result result, boolean json, PrintStream out) {
        out.println(json ? Json.print(RequestSummary.of(command, result)) : new RunSummary(command, result).text());
    }

    /** Returns the totals, and what is still open and why. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (RequestStatus.Item item : result.open()) {
            text.append(
                    String.format("%-9s %s -> %s: %s%n", "open", Printable.of(item.path()), item.driver(), why(item)));
        }
        if (!result.status().scanned()) {
            text.append(String.format("%-9s the backup directory was not looked through to the end%n", "open"));
        }
        if (result.stopped()) {
            text.append(String.format("stopped: what is open is taken up by the next run%n"));
        }
        int archived = result.archived().size();
        text.append(String.format(
                "%s: %d found, %d skipped, %d done, %s%d failed, %d open",
                command,
                result.status().found(),
                result.status().skipped(),
                result.done().size(),
                archived == 0 ? "" : archived + " in an archive tier, ",
                result.failed().size(),
                result.open().size()));
        return text.toString();
    }

    private static String why(RequestStatus.Item item) {
        if (item.error() != null) {
            return Printable.of(item.error());
        }
        return item.versionId() == 0
                ? "it is still being written, or could not be recorded (then the log says why)"
                : "not done yet";
    }
}
