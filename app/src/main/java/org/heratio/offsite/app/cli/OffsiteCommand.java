package org.heratio.offsite.app.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The top of the command line. */
@Command(
        name = "offsite",
        description = {"Gets backups off the site, and proves that they are there.", ""},
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        sortOptions = false,
        subcommands = {
            ReplicateCommand.class,
            VerifyCommand.class,
            ServeCommand.class,
            HistoryCommand.class,
            StatusCommand.class,
            VersionsCommand.class,
            RestoreCommand.class,
            AdoptCommand.class,
            DeadLettersCommand.class,
            ConfigCommand.class,
            DoctorCommand.class,
            DemoCommand.class,
            CompletionCommand.class,
            HelpCommand.class
        },
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
final class OffsiteCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }
}
