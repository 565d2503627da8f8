package org.heratio.offsite.app.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.app.run.RequestFollower;
import org.heratio.offsite.ledger.RequestStatus;
import org.heratio.offsite.text.Printable;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended, for people and for machines.
 *
 * @param command its name
 */
public record RunSummary(String command, RequestFollower.Result result) {

    /** The totals, and what is still open and why. */
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
        text.append(String.format(
                "%s: %d found, %d skipped, %d done, %d failed, %d open",
                command,
                result.status().found(),
                result.status().skipped(),
                result.done().size(),
                result.failed().size(),
                result.open().size()));
        return text.toString();
    }

    /** The object of {@code docs/json.md}. */
    public String json() {
        List<Map<String, @Nullable Object>> items = new ArrayList<>();
        items.addAll(Json.items(result.done(), "done"));
        items.addAll(Json.items(result.failed(), "failed"));
        items.addAll(Json.items(result.open(), "open"));
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("command", command);
        tree.put("ok", result.allWell());
        tree.put("found", result.status().found());
        tree.put("skipped", result.status().skipped());
        tree.put("done", result.done().size());
        tree.put("failed", result.failed().size());
        tree.put("open", result.open().size());
        tree.put("damaged", result.damaged());
        tree.put("items", items);
        return Json.print(tree);
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
