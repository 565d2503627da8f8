package org.heratio.offsite.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class OffsiteCommandTest {
    @Test
    void everyCommandHasTheNameThatItIsFoundBy() {
        for (Map.Entry<String, Class<?>> entry : OffsiteCommand.COMMANDS.entrySet()) {
            assertThat(entry.getValue().getAnnotation(Command.class).name()).isEqualTo(entry.getKey());
        }
    }

    @Test
    void aCommandAloneIsTheSameAsAmongTheOthers() {
        for (String name : OffsiteCommand.COMMANDS.keySet()) {
            assertThat(usage(Set.of(name), name)).isEqualTo(usage(OffsiteCommand.COMMANDS.keySet(), name));
        }
    }

    @Test
    void aSweepFromAYearThatNoLedgerCanCompareIsAWrongArgument() {
        for (String day : List.of("+999999999-12-31", "-0001-01-01", "1969-12-31", "+10000-01-01")) {
            assertThat(CommandLineFactory.create(Set.of("verify-integrity"))
                            .execute("verify-integrity", "--all", "--from=" + day))
                    .as(day)
                    .isEqualTo(2);
        }
    }

    @Test
    void deadLettersAreReplayedOrDiscardedByIdsOrAllThatFitAndNeverByAFilterAlone() {
        for (String action : List.of("replay", "discard")) {
            for (List<String> filter : List.of(List.<String>of(), List.of("--reason=X"), List.of("--stage=verifier"))) {
                List<String> arguments = new ArrayList<>(List.of("dead-letters", action));
                arguments.addAll(filter);
                StringWriter err = new StringWriter();
                CommandLine offsite = CommandLineFactory.create(Set.of("dead-letters"));
                offsite.getSubcommands().get("dead-letters").setErr(new PrintWriter(err, true));

                assertThat(offsite.execute(arguments.toArray(String[]::new))).isEqualTo(2);
                assertThat(err.toString()).as("%s", arguments).contains(action + " needs the ids of letters, or --all");
            }
        }
    }

    private static String usage(Set<String> commands, String name) {
        return CommandLineFactory.create(commands).getSubcommands().get(name).getUsageMessage();
    }
}
