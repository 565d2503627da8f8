package org.heratio.offsite.destination.rsync;

import java.util.List;
import java.util.Locale;
import org.heratio.offsite.destination.rsync.RsyncException.Meaning;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;

/** Recognizes accounts without a shell. */
final class NoShell {
    static final String HINT =
            "give the account sh and rsync, or rrsync in authorized_keys; or set BACKUP_OFFSITE_DRIVER=sftp";

    /** The words of known restricted shells, in lower case. */
    static final List<String> WORDS = List.of(
            "command not found. use 'help'",
            "unknown command",
            "forbidden command",
            "restricted shell",
            "restricted by rssh");

    /** The words of a host in need, in lower case: its next script may run. */
    private static final List<String> IN_NEED = List.of(
            "cannot allocate memory",
            "out of memory",
            "resource temporarily unavailable",
            "cannot fork",
            "can't fork",
            "too many open files",
            "too many processes",
            "input/output error",
            "stale file handle",
            "resource busy",
            "text file busy",
            "killed");

    /** A shell, or ssh, that could not do what it was asked to: not executable, ended by a signal, no process, no connection. */
    private static final int FIRST_OF_SHELLS = 126;

    private static final int COMMAND_NOT_FOUND = 127;

    private NoShell() {}

    /** Returns whether only an account without a shell explains the end of a first script. */
    private static boolean mayBe(RsyncException failure, int exit, String errors) {
        String lower = errors.toLowerCase(Locale.ROOT);
        return failure.failure().code() == ErrorCode.DESTINATION_IO
                && failure.means(Meaning.OTHER)
                && (exit < FIRST_OF_SHELLS || exit == COMMAND_NOT_FOUND)
                && IN_NEED.stream().noneMatch(lower::contains);
    }

    /** Classifies the end of a script at a host that has run none yet. */
    static RsyncException ofFirstScript(RsyncException failure, int exit, String errors) {
        return mayBe(failure, exit, errors)
                ? new RsyncException(
                        new Failure(
                                failure.failure().code(),
                                failure.failure().reason(),
                                "if the host has no shell: " + HINT),
                        Meaning.NO_SHELL)
                : failure;
    }
}
