package org.heratio.offsite.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.heratio.offsite.app.run.Drivers;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.app.run.Services;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.config.OwnPlaces;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.config.WorkingDirectory;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.operations.report.Bytes;
import org.heratio.offsite.operations.restore.ArchiveFinder;
import org.heratio.offsite.operations.restore.AsOf;
import org.heratio.offsite.operations.restore.MemberChoice;
import org.heratio.offsite.operations.restore.Overwrite;
import org.heratio.offsite.operations.restore.RestorePlaces;
import org.heratio.offsite.operations.restore.RestoreService;
import org.heratio.offsite.operations.restore.RestoreSet;
import org.heratio.offsite.operations.restore.Selection;
import org.heratio.offsite.operations.restore.TableSelection;
import org.heratio.offsite.operations.restore.Tarballs;
import org.heratio.offsite.text.Printable;
import org.heratio.offsite.text.SystemText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Gets archives back, or parts of one. */
@Command(
        name = "restore",
        sortOptions = false,
        header = "Gets archives back, tables of a dump, or members of a tarball.",
        description = {
            "",
            "Fetches each from a destination, checks the payload's hash, decrypts, checks the archive's hash, and only then gives"
                    + " it its name. Without --driver each destination that has a copy is tried, proved copies first.",
            "",
            "With --table it takes tables out of a dump, and with --extract files and directories out of a tarball. The whole"
                    + " archive is read and checked all the same.",
            "",
            "With --all or a pattern it restores many, each below --to at its path below the backup directory. Run again, it goes"
                    + " on where it was stopped.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  offsite restore database_heratio_2026-11-20_031500.sql.gz",
            "  offsite restore uploads_2026-11-20_031500.tar.gz --to /srv/restored.tar.gz",
            "  offsite restore --latest database --as-of '2026-11-20 14:00'",
            "  offsite restore --all --to /srv/backups",
            "  offsite restore database_heratio_2026-11-20_031500.sql.gz --table users --to /srv/users.sql",
            "  offsite restore uploads_2026-11-20_031500.tar.gz --extract 'uploads/2026/*.pdf' --to /srv/found"
        })
final class RestoreCommand implements Callable<Integer> {
    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Spec
    private CommandSpec spec;

    @Mixin
    private ArchiveOptions archives = new ArchiveOptions();

    @Option(names = "--all", description = "the newest version of each archive")
    private boolean all;

    @Option(
            names = "--to",
            paramLabel = "<path>",
            converter = Arguments.FileNameConverter.class,
            description = "directory or file to restore to (default: the working directory)")
    private @Nullable String to;

    @Option(
            names = "--driver",
            paramLabel = "<driver>",
            converter = GlobalOptions.DriverConverter.class,
            description = "only from this destination")
    private @Nullable String driver;

    @Option(
            names = "--overwrite",
            paramLabel = "<when>",
            converter = OverwriteConverter.class,
            description =
                    "replace a file that is there already: never (default), if-changed (another size or time), always")
    private Overwrite overwrite = Overwrite.NEVER;

    @Option(names = "--force", description = "the same as --overwrite always")
    private boolean force;

    @Option(names = "--dry-run", description = "only say what would be restored, and whether it fits")
    private boolean dryRun;

    /** Reads the values as the help writes them. */
    static final class OverwriteConverter implements ITypeConverter<Overwrite> {
        @Override
        public Overwrite convert(String text) {
            return switch (text) {
                case "never" -> Overwrite.NEVER;
                case "if-changed" -> Overwrite.IF_CHANGED;
                case "always" -> Overwrite.ALWAYS;
                default -> throw new TypeConversionException("'" + text + "' is none of never, if-changed and always");
            };
        }
    }

    @Mixin
    private TableOptions tables = new TableOptions();

    @Mixin
    private ExtractOptions members = new ExtractOptions();

    @Override
    public Integer call() throws Exception {
        if (to != null && !mayBeFile(to)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "restore can only write to a regular file, and " + to
                            + " is not one (hint: restore to a file, or use 'offsite cat' for a pipe)");
        }
        archives.require(all ? 1 : 0, "<archive>, --latest and --all");
        Optional<TableSelection> selection = tables.selection();
        Optional<MemberChoice> choice = members.choice();
        requireOneChoice(selection.isPresent(), choice.isPresent());
        Settings settings = global.settings(GlobalOptions.driver(driver), Logging.Level.QUIET);
        AsOf moment = archives.asOf(settings.timezone());
        requireOutside(Drivers.ownPlaces(settings));
        try (Services services = Services.openForRestore(settings, Clock.systemUTC())) {
            RestoreService restore = services.restore();
            ArchiveFinder finder = services.archives();
            if (all || archives.ofMany(finder)) {
                requireDirectory(selection.isPresent() || choice.isPresent());
                Predicate<Version> wanted = archives.many();
                return restoreSet(
                        restore, RestorePlaces.below(directory()), taker -> finder.each(moment, wanted, taker));
            }
            Version version = archives.one(finder, moment);
            if (choice.isPresent()) {
                return extract(restore, version, choice.get());
            }
            Path target = target(version, selection.isPresent() ? tables::fileName : UnaryOperator.identity());
            if (dryRun || overwrite == Overwrite.IF_CHANGED) {
                return restoreSet(restore, RestorePlaces.only(target), taker -> taker.take(version));
            }
            Selection chosen = selection.isPresent() ? selection.get() : Selection.all();
            boolean replace = overwrite() == Overwrite.ALWAYS;
            report("restored ", target, restore.restore(version, target, chosen, replace), version);
            selection.ifPresent(one -> TableOptions.report(one.taken(), GlobalOptions.out()));
            return ExitCode.OK;
        }
    }

    private void requireOneChoice(boolean ofTables, boolean ofMembers) {
        if (ofTables && ofMembers) {
            throw new ParameterException(
                    spec.commandLine(), "--table is for dumps, and --extract for tarballs (hint: give one of them)");
        }
        if (overwrite() != Overwrite.NEVER && ofMembers) {
            throw new ParameterException(
                    spec.commandLine(), "--extract replaces nothing (hint: give a new directory with --to)");
        }
        boolean ofParts = ofTables || ofMembers;
        if (ofParts && (dryRun || overwrite == Overwrite.IF_CHANGED)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--table and --extract go with neither --dry-run nor --overwrite if-changed (hint: leave these out)");
        }
        if (all) {
            requireDirectory(ofParts);
        }
    }

    private void requireDirectory(boolean ofParts) {
        if (ofParts) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--table and --extract are for one archive (hint: name the archive, or give --latest)");
        }
        if (to == null) {
            throw new ParameterException(
                    spec.commandLine(), "many archives need a directory (hint: give it with --to)");
        }
    }

    private Overwrite overwrite() {
        return force ? Overwrite.ALWAYS : overwrite;
    }

    private Path directory() {
        return Path.of(String.valueOf(to)).toAbsolutePath().normalize();
    }

    private int restoreSet(RestoreService restore, RestorePlaces places, RestoreSet.Source source)
            throws FailureException, InterruptedException {
        RestoreSet set = new RestoreSet(restore, places, overwrite());
        SetReport report = new SetReport(GlobalOptions.out(), dryRun);
        if (set.plan(source, dryRun ? report : RestoreSet.Listener.NONE) == 0) {
            throw new FailureException(
                    ErrorCode.COPY_MISSING,
                    "the ledger knows no shipped archive that was asked for",
                    "list the archives in the ledger with 'offsite history'; if the ledger itself is lost, see docs/restore.md");
        }
        if (!dryRun) {
            try {
                set.restore(source, report);
            } catch (FailureException e) {
                int ignored = report.end();
                throw e;
            }
        }
        return report.end();
    }

    private int extract(RestoreService restore, Version version, MemberChoice choice)
            throws FailureException, ConfigException, IOException, InterruptedException {
        Path target = target(version, Tarballs::baseName);
        RestoreService.Extracted extracted = restore.extract(version, target, choice);
        report("extracted", target, extracted.from(), version);
        return ExtractOptions.report(extracted.result(), GlobalOptions.out());
    }

    private static void report(String done, Path target, RestoreService.Restored restored, Version version) {
        GlobalOptions.out()
                .printf(
                        "%s %s (%s) from %s:%s, SHA-256 %s%n",
                        done,
                        Printable.of(target.toString()),
                        Bytes.human(restored.bytes()),
                        restored.driver(),
                        Printable.of(restored.remotePath()),
                        version.sha256() == null ? "of the payload " + restored.payloadSha256() : version.sha256());
    }

    private void requireOutside(OwnPlaces places) throws ConfigException {
        if (to == null || !Path.of(to).isAbsolute()) {
            WorkingDirectory.requireKnown();
        }
        Path path = Path.of(to == null ? "" : to).toAbsolutePath();
        places.around(path).ifPresent(place -> {
            throw new ParameterException(
                    spec.commandLine(),
                    "restore does not write to " + Printable.of(path.toString()) + ": that is in " + Printable.of(place)
                            + " (hint: choose a place outside of it with --to)");
        });
    }

    /** Returns whether a file can get this name, or lie in it. */
    private static boolean mayBeFile(String to) {
        Path path = Path.of(to).toAbsolutePath().normalize();
        boolean special = path.startsWith("/proc") || (path.startsWith("/dev") && !path.startsWith("/dev/shm"));
        return !to.equals("-")
                && !special
                && (!Files.exists(path) || Files.isRegularFile(path) || Files.isDirectory(path));
    }

    /** @param named gives the name of what is written, in a directory that is there, from the name of the archive */
    private Path target(Version version, UnaryOperator<String> named) throws ConfigException {
        Path path = to == null ? Path.of("").toAbsolutePath() : Path.of(to);
        boolean into = to == null || Files.isDirectory(path) || to.endsWith("/");
        return into ? path.resolve(named.apply(nameOf(version))) : path;
    }

    private static String nameOf(Version version) throws ConfigException {
        String name = version.path().substring(version.path().lastIndexOf('/') + 1);
        if (!SystemText.opens(name)) {
            throw new ConfigException(List.of(new ConfigProblem(
                    "a file called " + name + " cannot be written here: it has letters other than ASCII, and file names"
                            + " are written as " + SystemText.charsetOfNames(),
                    SystemText.HINT + ", or give a file with --to")));
        }
        return name;
    }
}
