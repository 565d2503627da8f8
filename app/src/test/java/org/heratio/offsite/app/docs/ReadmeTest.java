package org.heratio.offsite.app.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.heratio.offsite.app.cli.CommandLineFactory;
import org.heratio.offsite.config.SettingsTable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class ReadmeTest {
    private static final String BEGIN = "<!-- settings:";
    private static final String END = "<!-- end of settings -->";
    private static final String WRITE = "offsite.docs.write";
    private static final Set<String> COMMON = Set.of("--env-file", "--verbose", "--help", "--version");

    @Test
    void hasTheTableOfSettingsAsItIs() throws IOException {
        String readme = Documents.read("README.md");
        String written = Documents.between(readme, BEGIN, END);
        String table = SettingsTable.markdown();
        if (Boolean.getBoolean(WRITE)) {
            Files.writeString(Documents.path("README.md"), readme.replace(written + END, table + END));
            return;
        }
        List<String> is = written.lines().toList();
        List<String> shouldBe = table.lines().toList();
        assertThat(missing(is, shouldBe))
                .as("lines that the table in README.md lacks%s", howTo())
                .isEmpty();
        assertThat(missing(shouldBe, is))
                .as("lines that the table in README.md has too many%s", howTo())
                .isEmpty();
        assertThat(written).as("order of the table in README.md%s", howTo()).isEqualTo(table);
    }

    private static List<String> missing(List<String> in, List<String> of) {
        Set<String> there = new HashSet<>(in);
        return of.stream().filter(line -> !there.contains(line)).toList();
    }

    private static String howTo() {
        return "; write it anew with: ./mvnw -q -pl app -am test -Dtest=ReadmeTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -D" + WRITE + "=true";
    }

    @Test
    void namesEveryCommandAndAllItsOptions() throws IOException {
        String commands = Documents.between(Documents.read("README.md"), "## Commands", "### Exit codes");
        for (CommandLine command :
                new HashSet<>(CommandLineFactory.create().getSubcommands().values())) {
            String row = commands.lines()
                    .filter(line -> line.startsWith("| `offsite " + command.getCommandName()))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("README.md lacks " + command.getCommandName()));
            for (OptionSpec option : command.getCommandSpec().options()) {
                if (!COMMON.contains(option.longestName())) {
                    assertThat(row).as(command.getCommandName()).contains("`" + option.longestName());
                }
            }
            assertThat(List.of(command.getCommandSpec().aliases()))
                    .filteredOn(alias -> !alias.equals("generate-completion"))
                    .allSatisfy(alias -> assertThat(row).contains("`" + alias + "`"));
        }
    }

    @Test
    void namesNoOptionThatDoesNotExist() throws IOException {
        String commands = Documents.between(Documents.read("README.md"), "## Commands", "### Exit codes");
        Set<String> options = new HashSet<>(COMMON);
        CommandLineFactory.create()
                .getSubcommands()
                .values()
                .forEach(command ->
                        command.getCommandSpec().options().forEach(option -> options.addAll(List.of(option.names()))));
        assertThat(Pattern.compile("`(--[a-z-]+)").matcher(commands).results().map(match -> match.group(1)))
                .isNotEmpty()
                .allSatisfy(option -> assertThat(options).contains(option));
    }
}
