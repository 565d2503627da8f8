package org.heratio.offsite.app.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Set;
import java.util.stream.Stream;
import org.heratio.offsite.app.cli.CommandLineFactory;
import org.heratio.offsite.app.run.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The command line as far as it goes without doing anything. */
class HelpTest {
    private static final int COLUMNS = 80;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    static Stream<String> commands() {
        return CommandLineFactory.create().getSubcommands().keySet().stream().filter(name -> !name.equals("help"));
    }

    private int run(String... arguments) {
        CommandLine line = CommandLineFactory.create();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandExplainsItselfWithAnExample(String command) {
        assertThat(run(command, "--help")).isEqualTo(ExitCode.OK);

        String example =
                CommandLineFactory.create().getSubcommands().get(command).getCommandName();
        assertThat(out.toString())
                .contains("Usage: offsite " + example)
                .containsPattern("Examples?:\\R  (source <\\()?offsite " + example);
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpFitsOnATerminal(String command) {
        run(command, "--help");

        assertThat(out.toString().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(COLUMNS));
        assertThat(out.toString()).endsWith(System.lineSeparator());
    }

    @Test
    void theTopNamesAllCommandsAndExitCodes() {
        assertThat(run("--help")).isEqualTo(ExitCode.OK);

        assertThat(out.toString())
                .contains(commands().toList())
                .contains("0    all well", "1    ", "2    bad usage", "3    the ledger", "130  ended");
    }

    @Test
    void withoutACommandTheHelpIsPrintedAndItIsBadUsage() {
        assertThat(run()).isEqualTo(ExitCode.USAGE);

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("Usage: offsite", "Commands:", "offsite doctor");
        StringWriter alone = new StringWriter();
        CommandLine top = CommandLineFactory.createTop();
        top.setErr(new PrintWriter(alone, true));
        assertThat(top.execute()).isEqualTo(ExitCode.USAGE);
        assertThat(alone).hasToString(err.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "--version", "-V"})
    void theTopAloneSaysWhatTheWholeCommandLineSays(String option) {
        run(option);
        StringWriter alone = new StringWriter();
        CommandLine top = CommandLineFactory.createTop();
        top.setOut(new PrintWriter(alone, true));

        assertThat(top.execute(option)).isEqualTo(ExitCode.OK);

        assertThat(alone).hasToString(out.toString());
    }

    @Test
    void examplesOfTheTopAreCommandsThatExist() {
        run("--help");

        String examples = out.toString().substring(out.toString().indexOf("Examples:"));
        assertThat(examples.lines().filter(line -> line.startsWith("  offsite ")))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(
                                CommandLineFactory.create().getSubcommands().keySet())
                        .contains(line.strip().split(" ", -1)[1]));
    }

    @ParameterizedTest
    @CsvSource({"backup:replicate, replicate", "backup:verify-integrity, verify-integrity", "verify, verify-integrity"})
    void heratiosNamesStillWork(String old, String now) {
        assertThat(CommandLineFactory.create().getSubcommands().get(old).getCommandName())
                .isEqualTo(now);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void anUnknownOptionIsBadUsage(String command) {
        // these would complain of the missing archive first
        String[] line = Set.of("restore", "versions").contains(command)
                ? new String[] {command, "a.gz", "--no-such-option"}
                : new String[] {command, "--no-such-option"};
        assertThat(run(line)).isEqualTo(ExitCode.USAGE);

        assertThat(err.toString()).startsWith("offsite: ").contains("--no-such-option");
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "history --limit 0",
                "history --limit many",
                "history --status good",
                "verify-integrity --from yesterday",
                "replicate --retry-for soon",
                "restore",
                "restore a.gz --to -",
                "restore a.gz --to /dev/stdout",
                "restore a.gz --to /dev/fd/1 --force",
                "restore a.gz --to /proc/self/fd/1",
                "no-such-command"
            })
    void badValuesAreBadUsageAndSaySo(String line) {
        assertThat(run(line.split(" ", -1))).isEqualTo(ExitCode.USAGE);

        assertThat(err.toString()).startsWith("offsite: ").doesNotContain("Exception", "java.");
    }

    @Test
    void aBadValueCanDoNothingToATerminal() {
        assertThat(run("history", "--status", "\u001b[2J\u202edoog")).isEqualTo(ExitCode.USAGE);

        assertThat(err.toString()).contains("\\u001b[2J\\u202edoog").doesNotContain("\u001b", "\u202e");
    }

    @ParameterizedTest
    @ValueSource(strings = {"replicate --driver=", "verify-integrity --driver=", "restore a.gz --driver="})
    void anEmptyDriverNamesNoneInsteadOfTheDefault(String line) {
        CommandLine.ParseResult parsed = CommandLineFactory.create().parseArgs(line.split(" ", -1));

        Object driver = parsed.subcommand().commandSpec().findOption("--driver").getValue();
        assertThat(driver).isNull();
    }

    @Test
    void aMissingCommandIsBadUsage() {
        assertThat(run()).isEqualTo(ExitCode.USAGE);

        assertThat(err.toString()).contains("a command is missing", "offsite --help");
    }
}
