package org.heratio.offsite.operations.restore;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.heratio.offsite.dump.DumpEnd;
import org.heratio.offsite.dump.DumpLexer;
import org.heratio.offsite.dump.TableChoice;
import org.heratio.offsite.dump.TableExtract;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureIOException;
import org.jspecify.annotations.Nullable;

/** Chooses tables of a dump, which may be compressed by gzip. For one restore. */
public final class TableSelection implements Selection {
    private static final int NAMES_TOLD = 20;

    private final TableChoice choice;
    private @Nullable Taken taken;

    public TableSelection(TableChoice choice) {
        this.choice = choice;
    }

    /**
     * The tables that were taken out of a dump.
     *
     * @param rows number of rows by table
     * @param end how the dump ended
     */
    public record Taken(Map<TableChoice.Name, Long> rows, DumpEnd end) {
        public Taken {
            rows = Map.copyOf(rows);
        }
    }

    /** Returns what was taken, after the restore. */
    public Taken taken() {
        return Objects.requireNonNull(taken, "nothing was restored yet");
    }

    @Override
    public Content into(String archive, OutputStream target) {
        return new Tables(archive, target);
    }

    private final class Tables extends Content {
        private final String archive;
        private final TableExtract extract;
        private final DumpLexer lexer;
        private final Unpacking unpacking;

        Tables(String archive, OutputStream target) {
            this.archive = archive;
            this.extract = new TableExtract(choice, target);
            this.lexer = new DumpLexer(extract);
            this.unpacking = new Unpacking(archive, lexer::update);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            unpacking.update(bytes, offset, length);
        }

        @Override
        void finish() throws IOException {
            unpacking.finish();
            DumpEnd end = lexer.finish();
            extract.finish();
            boolean dump = !extract.found().isEmpty() || !extract.others().isEmpty();
            if (dump && end.cut()) {
                throw new FailureIOException(
                        ErrorCode.ARCHIVE_INCOMPLETE,
                        archive
                                + " was cut off when it was written: its last statement or its mark of the end is missing",
                        "restore from another dump",
                        null);
            }
            for (TableChoice.Name wanted : choice.tables()) {
                requireOne(wanted, end);
            }
            taken = new Taken(extract.found(), end);
        }

        private void requireOne(TableChoice.Name wanted, DumpEnd end) throws FailureIOException {
            List<String> found = extract.found().keySet().stream()
                    .filter(wanted::means)
                    .map(TableChoice.Name::toString)
                    .sorted()
                    .toList();
            if (found.isEmpty()) {
                throw new FailureIOException(
                        ErrorCode.CONTENT_MISSING, archive + " has no table " + wanted, hint(end), null);
            }
            if (found.size() > 1) {
                throw new FailureIOException(
                        ErrorCode.CONTENT_MISSING,
                        archive + " has several tables " + wanted + ": " + String.join(", ", found),
                        "name the database, too: --table " + found.get(0),
                        null);
            }
        }

        private String hint(DumpEnd end) {
            if (end.postgres()) {
                return "tables are taken out of dumps of mysqldump and mariadb-dump alone, and this is one of pg_dump:"
                        + " restore the whole archive";
            }
            List<String> names = Stream.concat(extract.found().keySet().stream(), extract.others().stream())
                    .sorted(Comparator.comparing(TableChoice.Name::toString))
                    .map(TableChoice.Name::toString)
                    .toList();
            if (names.isEmpty()) {
                return "it has no table at all: is it a dump of mysqldump or mariadb-dump?";
            }
            String more = names.size() > NAMES_TOLD ? ", and " + (names.size() - NAMES_TOLD) + " more" : "";
            return "it has " + names.stream().limit(NAMES_TOLD).collect(Collectors.joining(", ")) + more;
        }

        @Override
        public void close() {
            unpacking.close();
        }
    }
}
