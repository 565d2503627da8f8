package org.heratio.offsite.app.cli;

import java.time.ZoneId;
import java.util.List;
import java.util.function.Predicate;
import org.heratio.offsite.archive.IncludePatterns;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.operations.restore.ArchiveFinder;
import org.heratio.offsite.operations.restore.AsOf;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The arguments of {@code restore} that choose archives. */
final class ArchiveOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "<archive>",
            description =
                    "its file name, its path, or what 'offsite versions' lists (an older version). A pattern, such as"
                            + " 'database_*', means the newest version of each archive with such a name")
    private @Nullable String archive;

    @Option(
            names = "--latest",
            paramLabel = "<component>",
            description = "the newest archive whose name starts with this text, such as database")
    private @Nullable String latest;

    @Option(
            names = "--as-of",
            paramLabel = "<time>",
            description =
                    "as they were then: '2026-11-22 14:03' (APP_TIMEZONE), 2026-11-22T14:03Z, or a day to its end")
    private @Nullable String asOf;

    /**
     * Refuses what contradicts itself.
     *
     * @param others other choices of archives that were made
     * @param names names of all choices, for the message
     */
    void require(int others, String names) {
        int choices = others + (archive == null ? 0 : 1) + (latest == null ? 0 : 1);
        if (choices != 1) {
            throw new ParameterException(
                    spec.commandLine(), "give one of " + names + " (hint: 'offsite history' lists archives)");
        }
        if ((archive != null && archive.isBlank()) || (latest != null && latest.isBlank())) {
            throw new ParameterException(
                    spec.commandLine(), "an empty name means no archive (hint: 'offsite history' lists archives)");
        }
    }

    /** Returns whether several archives are meant: by a pattern that is not the name of an archive. */
    boolean ofMany(ArchiveFinder finder) throws FailureException {
        return mayBePattern() && !finder.isNamed(String.valueOf(archive));
    }

    private boolean mayBePattern() {
        return archive != null && (archive.indexOf('*') >= 0 || archive.indexOf('?') >= 0);
    }

    AsOf asOf(ZoneId zone) {
        if (asOf == null) {
            return AsOf.NOW;
        }
        try {
            return new AsOf(Moment.parse(asOf, zone));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--as-of: " + e.getMessage());
        }
    }

    /** Returns the chosen version. */
    Version one(ArchiveFinder finder, AsOf moment) throws FailureException, InterruptedException {
        return latest == null ? finder.named(String.valueOf(archive), moment) : finder.latest(latest, moment);
    }

    /** Returns what the chosen archives have in common. */
    Predicate<Version> many() {
        if (archive == null) {
            return version -> true;
        }
        try {
            IncludePatterns names = new IncludePatterns(List.of(archive));
            return version -> names.includes(version.relativePath());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }
}
