package org.heratio.offsite.app.cli;

import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.heratio.offsite.dump.DumpEnd;
import org.heratio.offsite.dump.TableChoice;
import org.heratio.offsite.operations.restore.TableSelection;
import org.heratio.offsite.text.Printable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of {@code restore} that take tables out of a dump. */
final class TableOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--table",
            paramLabel = "<[db.]table>",
            description = {
                "only this table of a dump by mysqldump or mariadb-dump (.sql, .sql.gz); may be given several times. The file"
                        + " that is written is SQL for the 'mysql' program, and names no database",
            })
    private List<String> tables = List.of();

    @Option(
            names = "--as",
            paramLabel = "<name>",
            description = "with one --table: the name that the table gets; its triggers are left out")
    private @Nullable String as;

    @Option(names = "--data-only", description = "with --table: rows without the definition of the table")
    private boolean dataOnly;

    @Option(names = "--no-triggers", description = "with --table: without the triggers of the table")
    private boolean noTriggers;

    /** Returns what is to be taken out; empty for the whole archive. */
    Optional<TableSelection> selection() {
        if (tables.isEmpty()) {
            if (as != null || dataOnly || noTriggers) {
                throw new ParameterException(
                        spec.commandLine(), "--as, --data-only and --no-triggers need a --table (hint: name it)");
            }
            return Optional.empty();
        }
        if (as != null && tables.size() > 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--as names one table, and --table was given " + tables.size()
                            + " times (hint: restore one table at a time)");
        }
        List<TableChoice.Name> names = tables.stream().map(TableChoice.Name::of).toList();
        return Optional.of(new TableSelection(new TableChoice(names, as, !dataOnly, !noTriggers)));
    }

    /** Returns the name of the file to write, where none is given. */
    String fileName(String archive) {
        String base = archive.replaceFirst("(?i)(\\.sql)?(\\.gz)?$", "");
        String table = tables.size() == 1 ? tables.get(0) : "tables";
        return base + "." + table.replaceAll("[/\\p{Cntrl}]", "_") + ".sql";
    }

    /** Says what was taken out. */
    static void report(TableSelection.Taken taken, PrintStream out) {
        taken.rows().entrySet().stream()
                .sorted(Comparator.comparing(table -> table.getKey().toString()))
                .forEach(table -> out.printf(
                        "          table %s: %,d rows%n",
                        Printable.of(table.getKey().toString()), table.getValue()));
        DumpEnd end = taken.end();
        for (String line : end.noise()) {
            out.printf("          left out, since it is no SQL: %s%n", Printable.of(line));
        }
        out.printf(
                "          %s%n",
                end.completed()
                        ? "the dump is complete: it has the mark that the dump program writes last"
                        : "the dump ends with a whole statement, and has no mark of its end (--skip-comments, --compact): whether"
                                + " tables are missing behind it cannot be told");
    }
}
