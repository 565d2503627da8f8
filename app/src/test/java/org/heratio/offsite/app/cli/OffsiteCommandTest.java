package org.heratio.offsite.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

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

    private static String usage(Set<String> commands, String name) {
        return CommandLineFactory.create(commands).getSubcommands().get(name).getUsageMessage();
    }
}
