package org.heratio.offsite.destination.rsync;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.rsync.RsyncException.Meaning;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;

/** Says what an exit code of rsync, ssh or the remote shell means, together with what stands on standard error. */
final class RsyncFailures {
    /** Lower case. */
    static final String READ_ONLY = "read-only file system";

    private static final int MAX_REASON = 400;
    /** The option as it is, and not in the name of an archive. */
    private static final Pattern FSYNC_OPTION = Pattern.compile("(^|[\\s'\"])--fsync($|[\\s'\",:=])");

    /** The end of what programs say of a file that is not there. */
    static final String NO_SUCH_FILE = "No such file or directory";

    /** Matches the verb before the object of an operation. The name of the object may contain any words. */
    private static final Pattern OPERATION =
            Pattern.compile("^(looking at|clearing away|reading (the owner|owner and hash) of|\\S+) ");

    /** A name as programs print it: in quotes, with a slash in it. An option in quotes is none. */
    private static final Pattern QUOTED_PATH = Pattern.compile("\"[^\"\\n]*/[^\"\\n]*\"|'[^'\\n]*/[^'\\n]*'");

    private final RsyncConfig config;
    private final SharedConnection shared;

    /** Something to look for in a message, what it means and what to do. */
    private record Sign(List<String> texts, ErrorCode code, String hint, Meaning meaning) {
        boolean isIn(String message) {
            return texts.stream().anyMatch(message::contains);
        }
    }

    private final List<Sign> signs;

    /** @param shared is renewed when the host can't be reached: a connection that failed is not used again */
    RsyncFailures(RsyncConfig config, SharedConnection shared) {
        this.config = config;
        this.shared = shared;
        String knownAs =
                config.port() == 22 ? config.host() : "'" + config.account().knownAs() + "'";
        this.signs = List.of(
                new Sign(
                        List.of("does not run rsync", "ssh_original_command"),
                        ErrorCode.DESTINATION_MISCONFIGURED,
                        "the account may run rsync alone",
                        Meaning.RSYNC_ALONE),
                new Sign(NoShell.WORDS, ErrorCode.DESTINATION_MISCONFIGURED, NoShell.HINT, Meaning.NO_SHELL),
                new Sign(
                        List.of("another instance of rrsync"),
                        ErrorCode.DESTINATION_BUSY,
                        "it is tried again by itself; rrsync -no-lock in authorized_keys lets several in at a time",
                        Meaning.LOCKED),
                sign(
                        ErrorCode.DESTINATION_DENIED,
                        "the rrsync of the account must allow to read, to write and to delete: no -ro, -wo, -no-del",
                        "rrsync error",
                        "read-only server",
                        "write-only server"),
                sign(
                        ErrorCode.DESTINATION_MISCONFIGURED,
                        "the account must be allowed to run rsync: give it sh and rsync, or rrsync in authorized_keys, or"
                                + " set BACKUP_OFFSITE_DRIVER=sftp",
                        "this service allows sftp",
                        "this account is currently not available"),
                sign(
                        ErrorCode.DESTINATION_DENIED,
                        "the key of the host is not the one that was seen first; if it was really changed, run as the user that runs offsite:"
                                + " ssh-keygen -f "
                                + config.knownHosts() + " -R " + knownAs,
                        "remote host identification has changed",
                        "host key verification failed"),
                sign(
                        ErrorCode.DESTINATION_MISCONFIGURED,
                        "BACKUP_OFFSITE_RSYNC_SSH_KEY must name a private key without passphrase that the user who runs"
                                + " offsite owns, and others cannot read",
                        "unprotected private key",
                        "load key ",
                        "not accessible: no such file"),
                sign(
                        ErrorCode.DESTINATION_DENIED,
                        "the host refused the key: check BACKUP_OFFSITE_RSYNC_SSH_KEY and BACKUP_OFFSITE_RSYNC_USER, and that the"
                                + " public half stands in authorized_keys there",
                        "permission denied (publickey",
                        "permission denied (password",
                        "permission denied (keyboard",
                        "too many authentication failures"),
                sign(
                        ErrorCode.DESTINATION_UNREACHABLE,
                        "does the name in BACKUP_OFFSITE_RSYNC_HOST resolve?",
                        "could not resolve hostname"),
                sign(
                        ErrorCode.DESTINATION_FULL,
                        "make room at the host; it is tried again by itself",
                        "no space left on device",
                        "disk quota exceeded"),
                sign(
                        ErrorCode.DESTINATION_MISCONFIGURED,
                        "install rsync at the host",
                        "rsync: not found",
                        "rsync: command not found",
                        "remote command not found"),
                sign(
                        ErrorCode.DESTINATION_READ_ONLY,
                        "look at the disk of the host (dmesg), then mount it writable; it is tried again by itself",
                        READ_ONLY),
                sign(
                        ErrorCode.DESTINATION_DENIED,
                        "give the user at the host the right to write in " + config.path(),
                        "permission denied",
                        "operation not permitted"),
                sign(ErrorCode.ARCHIVE_NAME_UNUSABLE, "give the archive a shorter name", "file name too long"),
                sign(
                        ErrorCode.DESTINATION_NAME_TAKEN,
                        "move what is in the way out of the destination",
                        "not a directory",
                        "is a directory",
                        "file exists"),
                // last, because a connection also ends when something else went wrong
                sign(
                        ErrorCode.DESTINATION_UNREACHABLE,
                        "check BACKUP_OFFSITE_RSYNC_HOST and BACKUP_OFFSITE_RSYNC_PORT, and the way there",
                        "connection refused",
                        "connection timed out",
                        "connection reset",
                        "connection closed",
                        "no route to host",
                        "network is unreachable",
                        "operation timed out",
                        "timeout, server",
                        "broken pipe",
                        "closed by remote host",
                        "connection unexpectedly closed"));
    }

    private static Sign sign(ErrorCode code, String hint, String... texts) {
        return new Sign(List.of(texts), code, hint, Meaning.OTHER);
    }

    /** Classifies the end of a child. {@code what} names the operation and its object. */
    RsyncException of(String what, int exit, String errors) {
        RsyncException failure = classified(what, exit, errors);
        if (failure.failure().code() == ErrorCode.DESTINATION_UNREACHABLE) {
            shared.renew();
        }
        return failure;
    }

    private RsyncException classified(String what, int exit, String errors) {
        String reason = what + " at " + config.where() + ": " + said(exit, errors);
        String lower = withoutNames(what, errors).toLowerCase(Locale.ROOT);
        for (Sign sign : signs) {
            if (sign.isIn(lower)) {
                return new RsyncException(new Failure(sign.code(), reason, sign.hint()), meaning(sign, lower));
            }
        }
        return new RsyncException(byCode(exit, reason), meaning(lower));
    }

    /** Takes out what could be an archive's name: it may read like a message. */
    private String withoutNames(String what, String errors) {
        String object = OPERATION.matcher(what).replaceFirst("");
        String text = QUOTED_PATH.matcher(errors).replaceAll("''");
        String prefix = new DirectoryLayout(config.path()).prefix();
        String name = object.startsWith(prefix) ? object.substring(prefix.length()) : object;
        return text.replace(prefix + name, "").replace('"' + name + '"', "").replace("'" + name + "'", "");
    }

    /** Returns whether a program said that nothing is there; the name before that may hold any words. */
    static boolean isAbsence(String message) {
        return message.endsWith(": " + NO_SUCH_FILE) || message.endsWith(": Not a directory");
    }

    private static Meaning meaning(Sign sign, String lower) {
        // a key or a program that is not there says nothing of the directory
        boolean misconfigured = sign.code() == ErrorCode.DESTINATION_MISCONFIGURED;
        return sign.meaning() != Meaning.OTHER || misconfigured ? sign.meaning() : meaning(lower);
    }

    private static Meaning meaning(String lower) {
        if (FSYNC_OPTION.matcher(lower).find()) {
            return Meaning.NO_FSYNC;
        }
        return lower.contains(NO_SUCH_FILE.toLowerCase(Locale.ROOT)) ? Meaning.NOT_THERE : Meaning.OTHER;
    }

    /** Returns the failure of a host that went silent, or that sent more than was asked for. */
    FailureException silent(String what, Exception cause) {
        shared.renew();
        if (cause instanceof TooMuchException) {
            return new FailureException(
                    ErrorCode.DESTINATION_IO,
                    what + " at " + config.where() + ": " + cause.getMessage(),
                    "nothing at the host may print more than it is asked for: look at .bashrc there, and at its software",
                    cause);
        }
        return new FailureException(
                ErrorCode.DESTINATION_UNREACHABLE,
                what + " at " + config.where() + ": " + cause.getMessage(),
                null,
                cause);
    }

    private static Failure byCode(int exit, String reason) {
        return switch (exit) {
            case 255, 10, 12, 30, 35, 20, 19 -> new Failure(ErrorCode.DESTINATION_UNREACHABLE, reason, null);
            case 1, 2, 4 ->
                new Failure(
                        ErrorCode.DESTINATION_MISCONFIGURED,
                        reason,
                        "rsync 3.1 or newer is needed on both sides; check BACKUP_OFFSITE_RSYNC_EXTRA");
            default -> new Failure(ErrorCode.DESTINATION_IO, reason, null);
        };
    }

    /** The first lines say what went wrong, the last only that something did. */
    private static String said(int exit, String errors) {
        String text = errors.replaceAll("@{5,}", "")
                .replaceAll("\\s*[\\r\\n]+\\s*", "; ")
                .strip();
        String shortened = text.length() <= MAX_REASON ? text : text.substring(0, MAX_REASON) + "…";
        return shortened.isEmpty() ? "exit code " + exit : shortened + " (exit code " + exit + ")";
    }
}
