package org.heratio.offsite.app.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.app.run.Services;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.operations.restore.ArchiveFinder;
import org.heratio.offsite.operations.restore.AsOf;
import org.heratio.offsite.operations.restore.RestorePipe;
import org.heratio.offsite.operations.restore.RestoreService;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes an archive to standard output. */
@Command(
        name = "cat",
        sortOptions = false,
        header = "Writes one archive to standard output, for a pipe.",
        description = {
            "",
            "The bytes go out before their end is proved. They are the archive only if the exit code is 0: let the shell look at it"
                    + " ('set -o pipefail'), and discard the result otherwise. If a copy breaks off, the next destination goes on"
                    + " where it was.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  offsite cat database_heratio_2026-11-20_031500.sql.gz | zcat | mysql heratio_before",
            "  offsite cat --latest uploads | tar tz"
        })
final class CatCommand implements Callable<Integer> {
    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Spec
    private CommandSpec spec;

    @Mixin
    private ArchiveOptions archives = new ArchiveOptions();

    @Option(
            names = "--driver",
            paramLabel = "<driver>",
            converter = GlobalOptions.DriverConverter.class,
            description = "only from this destination")
    private @Nullable String driver;

    @Override
    public Integer call() throws Exception {
        archives.require(0, "<archive> and --latest");
        Settings settings = global.settings(GlobalOptions.driver(driver), Logging.Level.QUIET);
        AsOf moment = archives.asOf(settings.timezone());
        try (Services services = Services.openForRestore(settings, Clock.systemUTC());
                OutputStream out = new FileOutputStream(FileDescriptor.out)) {
            ArchiveFinder finder = services.archives();
            if (archives.ofMany(finder)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "cat writes one archive (hint: 'offsite restore' restores many, with --to)");
            }
            Version version = archives.one(finder, moment);
            return write(services.restore(), version, new RestorePipe(out));
        }
    }

    private static int write(RestoreService restore, Version version, RestorePipe pipe) throws Exception {
        try {
            restore.pipe(version, pipe);
            return ExitCode.OK;
        } catch (FailureException e) {
            if (pipe.written() > 0 && e.failure().code() != ErrorCode.TARGET_IO) {
                Messages.line("offsite: " + pipe.written() + " bytes were written that are not proved: discard them");
            }
            throw e;
        }
    }
}
