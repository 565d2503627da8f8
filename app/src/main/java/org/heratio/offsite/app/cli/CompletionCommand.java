package org.heratio.offsite.app.cli;

import java.util.concurrent.Callable;
import org.heratio.offsite.app.run.ExitCode;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints what makes the shell complete our commands and options. */
@Command(
        name = "completion",
        aliases = "generate-completion",
        sortOptions = false,
        header = "Prints a completion script for bash and zsh.",
        description = {"", "Completes commands, options and their values when TAB is pressed.", ""},
        footer = {
            "",
            "Examples:",
            "  source <(offsite completion)                          for this shell",
            "  offsite completion > /etc/bash_completion.d/offsite   for everyone"
        })
final class CompletionCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help and exit")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    @Override
    public Integer call() {
        var root = spec.root().commandLine();
        GlobalOptions.out().print(AutoComplete.bash(root.getCommandName(), root));
        return ExitCode.OK;
    }
}
