package org.heratio.offsite.app.cli;

import java.io.PrintWriter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.heratio.offsite.app.run.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The top of the command line. */
@Command(
        name = "offsite",
        description = {"Gets backups off the site, and proves that they are there.", ""},
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        sortOptions = false,
        footer = {
            "",
            "Exit codes:",
            "  0    all well",
            "  1    something failed, is damaged or still open (it is said what)",
            "  2    bad usage or configuration; nothing was done",
            "  3    the ledger or the broker cannot be reached, or does not let us in",
            "  130  ended by a second Ctrl-C, before the work under way was drained",
            "",
            "Examples:",
            "  offsite demo                      see it work, on data of its own",
            "  offsite doctor --env-file .env    is everything in place?",
            "  offsite replicate --env-file .env",
            "  offsite completion > /etc/bash_completion.d/offsite",
            "  offsite help restore              options and examples of one command"
        })
final class OffsiteCommand implements Callable<Integer> {
    /** The commands by their names, in the order of the help. */
    static final Map<String, Class<?>> COMMANDS = commands();

    @Spec
    private CommandSpec spec;

    /** Returns whether this is a command that says nothing of the other ones. */
    static boolean standsAlone(String name) {
        return COMMANDS.containsKey(name) && !name.equals("completion") && !name.equals("help");
    }

    private static Map<String, Class<?>> commands() {
        Map<String, Class<?>> commands = new LinkedHashMap<>();
        commands.put("init", InitCommand.class);
        commands.put("replicate", ReplicateCommand.class);
        commands.put("verify-integrity", VerifyCommand.class);
        commands.put("serve", ServeCommand.class);
        commands.put("history", HistoryCommand.class);
        commands.put("status", StatusCommand.class);
        commands.put("health", HealthCommand.class);
        commands.put("versions", VersionsCommand.class);
        commands.put("restore", RestoreCommand.class);
        commands.put("cat", CatCommand.class);
        commands.put("adopt", AdoptCommand.class);
        commands.put("dead-letters", DeadLettersCommand.class);
        commands.put("notify", NotifyCommand.class);
        commands.put("config", ConfigCommand.class);
        commands.put("doctor", DoctorCommand.class);
        commands.put("demo", DemoCommand.class);
        commands.put("completion", CompletionCommand.class);
        commands.put("help", HelpCommand.class);
        return Collections.unmodifiableMap(commands);
    }

    /** Without a command, the help is the answer; a script that lost its command still fails. */
    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        spec.commandLine().usage(err);
        err.println("\noffsite: a command is missing; 'offsite --help' prints this help");
        return ExitCode.USAGE;
    }
}
