package org.heratio.offsite.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
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

    private static String usage(Set<String> commands, String name) {
        return CommandLineFactory.create(commands).getSubcommands().get(name).getUsageMessage();
    }
}
