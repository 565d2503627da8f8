package org.heratio.offsite.app.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.heratio.offsite.app.run.Drivers;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.app.run.Services;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.config.OwnPlaces;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.config.WorkingDirectory;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.operations.report.Bytes;
import org.heratio.offsite.operations.restore.RestoreService;
import org.heratio.offsite.operations.restore.Selection;
import org.heratio.offsite.operations.restore.TableSelection;
import org.heratio.offsite.text.Printable;
import org.heratio.offsite.text.SystemText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Gets one archive back. */
@Command(
        name = "restore",
        sortOptions = false,
        header = "Gets one archive back, or tables of a dump.",
        description = {
            "",
            "Fetches it from a destination, checks the payload's hash, decrypts, checks the archive's hash, and only then gives"
                    + " it its name. Without --driver each destination that has a copy is tried, proved copies first.",
            "",
            "With --table it takes tables out of a dump. The whole dump is read and checked all the same.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  offsite restore database_heratio_2026-11-20_031500.sql.gz",
            "  offsite restore uploads_2026-11-20_031500.tar.gz --to /srv/restored.tar.gz",
            "  offsite restore database_heratio_2026-11-20_031500.sql.gz --table users --to /srv/users.sql"
        })
final class RestoreCommand implements Callable<Integer> {
    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "<archive>",
            description = "its file name, its path, or what 'offsite versions' lists (an older version)")
    private String archive = "";

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

    @Option(names = "--force", description = "replace a file that is there already")
    private boolean force;

    @Mixin
    private TableOptions tables = new TableOptions();

    @Override
    public Integer call() throws Exception {
        if (to != null && !mayBeFile(to)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "restore can only write to a regular file, and " + to
                            + " is not one (hint: restore to a file, and read that)");
        }
        Optional<TableSelection> selection = tables.selection();
        Settings settings = global.settings(GlobalOptions.driver(driver), Logging.Level.QUIET);
        requireOutside(Drivers.ownPlaces(settings));
        try (Services services = Services.openForRestore(settings, Clock.systemUTC())) {
            RestoreService restore = services.restore();
            Version version = restore.find(archive);
            Path target = target(version, selection.isPresent());
            Selection chosen = selection.isPresent() ? selection.get() : Selection.all();
            RestoreService.Restored restored = restore.restore(version, target, chosen, force);
            GlobalOptions.out()
                    .printf(
                            "restored  %s (%s) from %s:%s, SHA-256 %s%n",
                            Printable.of(target.toString()),
                            Bytes.human(restored.bytes()),
                            restored.driver(),
                            Printable.of(restored.remotePath()),
                            version.sha256() == null ? "of the payload " + restored.payloadSha256() : version.sha256());
            selection.ifPresent(one -> TableOptions.report(one.taken(), GlobalOptions.out()));
            return ExitCode.OK;
        }
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

    private Path target(Version version, boolean ofTables) throws ConfigException {
        Path path = to == null ? Path.of("").toAbsolutePath() : Path.of(to);
        boolean into = to == null || Files.isDirectory(path) || to.endsWith("/");
        if (!into) {
            return path;
        }
        String name = nameOf(version);
        return path.resolve(ofTables ? tables.fileName(name) : name);
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
