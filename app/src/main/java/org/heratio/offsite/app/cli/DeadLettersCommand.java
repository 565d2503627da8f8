package org.heratio.offsite.app.cli;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.heratio.offsite.app.run.Drivers;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.app.run.Services;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Lease;
import org.heratio.offsite.operations.deadletters.DeadLetter;
import org.heratio.offsite.operations.deadletters.DeadLetters;
import org.heratio.offsite.operations.deadletters.HandledLetters;
import org.heratio.offsite.operations.deadletters.Selection;
import org.heratio.offsite.operations.report.Json;
import org.heratio.offsite.text.Printable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks after what the stages gave up. */
@Command(
        name = "dead-letters",
        sortOptions = false,
        header = "Lists messages that were given up; replays or discards them.",
        description = {
            "",
            "Messages for which there was no queue count as those of a stage 'unrouted'. With RabbitMQ only: without it what was given up stands in the ledger (offsite history --status failed), and"
                    + " 'offsite replicate' takes it up again. Replaying is safe to repeat.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  offsite dead-letters",
            "  offsite dead-letters show 3f6c",
            "  offsite dead-letters replay --reason DESTINATION_DENIED --all",
            "  offsite dead-letters discard --stage verifier --all"
        })
final class DeadLettersCommand implements Callable<Integer> {
    private static final int SHORTEST_ID = 4;
    private static final String STAGES =
            "watcher, encryptor, uploader, uploader:<driver>, verifier, verifier:<driver> or unrouted";

    /** A look at all letters takes a second or two; replaying many may take an hour. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Spec
    private CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "<action>",
            defaultValue = "list",
            description = "list (default), show, replay or discard")
    private Action action = Action.list;

    @Parameters(index = "1..*", paramLabel = "<id>", description = "only these; the beginning of an id is enough")
    private List<String> ids = new ArrayList<>();

    @Option(names = "--stage", paramLabel = "<stage>", description = "only those of " + STAGES)
    private @Nullable String stage;

    @Option(
            names = "--reason",
            paramLabel = "<code or text>",
            description = "only those with this in their error code or their reason")
    private @Nullable String reason;

    @Option(names = "--all", description = "replay or discard all that fit, where no id is given")
    private boolean all;

    @Option(names = "--json", description = "print JSON (docs/json.md)")
    private boolean json;

    /** The action on the selected letters. */
    enum Action {
        list,
        show,
        replay,
        discard
    }

    @Override
    public Integer call() throws Exception {
        Selection selection = selection();
        Settings settings = global.settings(Map.of(), Logging.Level.QUIET);
        if (settings.broker().embedded()) {
            throw new ConfigException(List.of(new ConfigProblem(
                    "without RabbitMQ there are no dead letters to look at: queues live in the process that runs the pipeline",
                    "offsite history --status failed says what failed; offsite replicate takes it up again")));
        }
        try (Services services = Services.openWithAllQueues(settings, Clock.systemUTC())) {
            DeadLetters letters = services.deadLetters();
            try (Lease alone = letters.alone(PATIENCE).orElse(null)) {
                if (alone == null) {
                    Messages.line("offsite: somebody else has the dead letters in hand at the moment");
                    Messages.hint("wait until that 'offsite dead-letters' is through, and try again");
                    return ExitCode.FAILED;
                }
                return look(letters, selection) ? ExitCode.OK : ExitCode.FAILED;
            }
        }
    }

    /** Returns whether all that was wanted was there. */
    private boolean look(DeadLetters letters, Selection selection) throws FailureException, InterruptedException {
        List<DeadLetter> found = letters.find(selection);
        boolean complete = complete(found);
        return switch (action) {
            case list -> {
                list(found);
                yield complete;
            }
            case show -> {
                show(found);
                yield complete;
            }
            case replay -> each(found, letters::replay) && complete;
            case discard -> each(found, letters::discard) && complete;
        };
    }

    private Selection selection() {
        for (String id : ids) {
            if (id.length() < SHORTEST_ID) {
                throw new ParameterException(
                        spec.commandLine(), "'" + id + "' is too short for an id: give " + SHORTEST_ID + " characters");
            }
        }
        if (stage != null && !DeadLetters.knows(stage, Drivers.names())) {
            throw new ParameterException(spec.commandLine(), "'" + stage + "' is no stage: " + STAGES);
        }
        Selection selection = new Selection(ids, stage, reason);
        if (action == Action.show && ids.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "show needs the id of a letter");
        }
        boolean changes = action == Action.replay || action == Action.discard;
        if (changes && ids.isEmpty() && !all) {
            throw new ParameterException(
                    spec.commandLine(), action + " needs the ids of letters, or --all for all that fit");
        }
        return selection;
    }

    /** Returns whether each wanted id is there; an id that means several letters is none. */
    private boolean complete(List<DeadLetter> found) {
        boolean complete = true;
        for (String id : ids) {
            List<DeadLetter> meant =
                    found.stream().filter(letter -> letter.id().startsWith(id)).toList();
            if (meant.isEmpty()) {
                Messages.line("offsite: there is no dead letter " + id);
                complete = false;
            } else if (meant.stream().map(DeadLetter::id).distinct().count() > 1) {
                throw new ParameterException(
                        spec.commandLine(),
                        "'" + id + "' is the beginning of " + meant.size() + " ids: give more of it");
            }
        }
        return complete;
    }

    private void list(List<DeadLetter> found) {
        if (json) {
            GlobalOptions.out()
                    .println(Json.print(found.stream().map(DeadLetter::view).toList()));
            return;
        }
        PrintStream out = GlobalOptions.out();
        if (found.isEmpty()) {
            out.println("there are no such dead letters");
            return;
        }
        out.printf("%-36s  %-16s  %-20s  %s%n", "ID", "STAGE", "LAST FAILED", "CODE");
        for (DeadLetter letter : found) {
            out.printf(
                    "%-36s  %-16s  %-20.19s  %s%n",
                    Printable.of(letter.id()),
                    letter.stage(),
                    Printable.of(or(letter.lastFailedAt())),
                    Printable.of(letter.code()));
            if (letter.reason() != null) {
                out.println("    " + Printable.of(letter.reason()));
            }
        }
    }

    private void show(List<DeadLetter> found) {
        if (json) {
            list(found);
            return;
        }
        for (DeadLetter letter : found) {
            Json.fields(letter.view())
                    .forEach((key, value) -> GlobalOptions.out()
                            .printf("%-16s %s%n", key, Printable.of(String.valueOf(value == null ? "-" : value))));
        }
    }

    private interface Deed {
        List<DeadLetter> on(List<DeadLetter> letters, Consumer<DeadLetter> done)
                throws FailureException, InterruptedException;
    }

    /** Returns whether all of them were still there. */
    private boolean each(List<DeadLetter> found, Deed deed) throws FailureException, InterruptedException {
        String done = action == Action.replay ? "replayed" : "discarded";
        List<String> ids = Collections.synchronizedList(new ArrayList<>());
        List<DeadLetter> gone = deed.on(found, letter -> {
            ids.add(letter.id());
            if (!json) {
                GlobalOptions.out().printf("%-9s %s %s%n", done, Printable.of(letter.id()), letter.stage());
            }
        });
        gone.forEach(letter -> Messages.line("offsite: dead letter " + letter.id() + " was gone already"));
        if (json) {
            HandledLetters handled = new HandledLetters(
                    "dead-letters " + action,
                    ids.size(),
                    ids,
                    gone.stream().map(DeadLetter::id).toList());
            GlobalOptions.out().println(Json.print(handled));
        } else {
            GlobalOptions.out()
                    .println(ids.size() + " " + done + (gone.isEmpty() ? "" : ", " + gone.size() + " gone already"));
        }
        return gone.isEmpty();
    }

    private static String or(@Nullable String text) {
        return text == null ? "-" : text;
    }
}
