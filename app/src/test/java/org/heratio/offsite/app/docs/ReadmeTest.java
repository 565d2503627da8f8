package org.heratio.offsite.app.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.heratio.offsite.app.cli.CommandLineFactory;
import org.heratio.offsite.app.run.Drivers;
import org.heratio.offsite.config.Setting;
import org.heratio.offsite.config.SettingsTable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The README and the documents that it leads to, held to the code. */
class ReadmeTest {
    private static final String SETTINGS = "docs/settings.md";
    private static final String COMMANDS = "docs/commands.md";
    private static final String BEGIN = "<!-- settings:";
    private static final String END = "<!-- end of settings -->";
    private static final String WRITE = "offsite.docs.write";
    private static final int MOST_LINES = 250;
    private static final Set<String> COMMON = Set.of("--env-file", "--verbose", "--help", "--version");

    @Test
    void hasTheTableOfSettingsAsItIs() throws IOException {
        String document = Documents.read(SETTINGS);
        String written = Documents.between(document, BEGIN, END);
        String table = SettingsTable.markdown();
        if (Boolean.getBoolean(WRITE)) {
            Files.writeString(Documents.path(SETTINGS), document.replace(written + END, table + END));
            return;
        }
        List<String> is = written.lines().toList();
        List<String> shouldBe = table.lines().toList();
        assertThat(missing(is, shouldBe))
                .as("lines that the table in %s lacks%s", SETTINGS, howTo())
                .isEmpty();
        assertThat(missing(shouldBe, is))
                .as("lines that the table in %s has too many%s", SETTINGS, howTo())
                .isEmpty();
        assertThat(written).as("order of the table in %s%s", SETTINGS, howTo()).isEqualTo(table);
    }

    @Test
    void everyDriverIsInEachListOfDrivers() throws IOException {
        String destinations = Documents.read("docs/destinations.md");
        for (String driver : Drivers.names()) {
            for (String document : List.of("README.md", "docs/restore.md")) {
                assertThat(Documents.read(document)).as(document).contains("`" + driver + "`");
            }
            assertThat(Documents.read("docs/security.md")).containsIgnoringCase(driver);
            assertThat(Documents.read("ARCHITECTURE.md")).contains("." + driver + "`");
            assertThat(destinations).contains("\n## " + driver + "\n");
            assertThat(Setting.BACKUP_OFFSITE_DRIVER.description()).contains("`" + driver + "`");
        }
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
        String commands = Documents.read(COMMANDS);
        for (CommandLine command : commands()) {
            String section = Documents.between(commands, "## offsite " + command.getCommandName() + "\n", "## ");
            for (OptionSpec option : command.getCommandSpec().options()) {
                if (!COMMON.contains(option.longestName())) {
                    assertThat(section).as(command.getCommandName()).contains("`" + option.longestName());
                }
            }
            assertThat(List.of(command.getCommandSpec().aliases()))
                    .filteredOn(alias -> !alias.equals("generate-completion"))
                    .allSatisfy(alias -> assertThat(section).contains("`" + alias + "`"));
        }
    }

    @Test
    void namesNoOptionThatDoesNotExist() throws IOException {
        Set<String> options = new HashSet<>(COMMON);
        commands()
                .forEach(command ->
                        command.getCommandSpec().options().forEach(option -> options.addAll(List.of(option.names()))));
        assertThat(Pattern.compile("`(--[a-z-]+)")
                        .matcher(Documents.read(COMMANDS))
                        .results()
                        .map(match -> match.group(1)))
                .isNotEmpty()
                .allSatisfy(option -> assertThat(options).contains(option));
    }

    @Test
    void listsTheCommandsThatThereAreAndNoOthers() throws IOException {
        String list = Documents.between(Documents.read("README.md"), "## Commands", "## ");
        assertThat(Pattern.compile("^\\| `offsite ([a-z-]+)`", Pattern.MULTILINE)
                        .matcher(list)
                        .results()
                        .map(match -> match.group(1)))
                .containsExactlyInAnyOrderElementsOf(
                        commands().stream().map(CommandLine::getCommandName).toList());
    }

    @Test
    void isALandingPage() throws IOException {
        String readme = Documents.read("README.md");
        assertThat(readme.lines().count()).isLessThanOrEqualTo(MOST_LINES);
        assertThat(readme).contains("\n./offsite demo ", "\n./offsite test ", "\n## Monitor\n", "\n## Upgrade\n");
    }

    @Test
    void leadsToEveryDocument() throws IOException {
        Set<String> linked = Pattern.compile("\\]\\((docs/[\\w-]+\\.md)\\)")
                .matcher(Documents.between(Documents.read("README.md"), "## Documentation", "## "))
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toSet());
        try (Stream<Path> files = Files.list(Documents.path("README.md").resolveSibling("docs"))) {
            assertThat(files.map(file -> "docs/" + file.getFileName()).filter(name -> name.endsWith(".md")))
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(linked).contains(name));
        }
    }

    private static Set<CommandLine> commands() {
        return new HashSet<>(CommandLineFactory.create().getSubcommands().values());
    }
}
