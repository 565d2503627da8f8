package org.heratio.offsite.destination.rsync;

import java.util.ArrayList;
import java.util.List;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/** Fetches, sends and deletes files between a stage and the directory at the host, by rsync alone. */
final class RsyncFiles {
    private final RsyncConfig config;
    private final SshCommand command;
    private final RemoteListing listing;
    private volatile boolean syncs = true;

    RsyncFiles(RsyncConfig config, SshCommand command, RemoteListing listing) {
        this.config = config;
        this.command = command;
        this.listing = listing;
    }

    /** A call of rsync with more options than it knows itself. */
    interface Call {
        void with(List<String> options) throws FailureException, InterruptedException;
    }

    /** Calls rsync so that it syncs what it writes, unless one side is too old for that. */
    void synced(Call call) throws FailureException, InterruptedException {
        boolean sync = syncs;
        try {
            call.with(sync ? List.of("--fsync") : List.of());
        } catch (RsyncException e) {
            if (!sync || !e.means(RsyncException.Meaning.NO_FSYNC)) {
                throw e;
            }
            syncs = false; // an rsync before 3.2.4
            call.with(List.of());
        }
    }

    /** The directory at the host, as an operand. */
    String operand() {
        return command.operand(config.path().equals("/") ? "/" : config.path() + "/");
    }

    /** Fetches files by name. */
    void fetch(String what, List<String> files, StagingDirectory stage, List<String> options)
            throws FailureException, InterruptedException {
        List<String> more = new ArrayList<>(List.of("--files-from=-", "--from0"));
        more.addAll(options);
        copyHere(what, more, list(files), stage);
    }

    /** Fetches what filters let through. */
    void fetchMatching(String what, List<String> filters, StagingDirectory stage)
            throws FailureException, InterruptedException {
        List<String> more = new ArrayList<>(List.of("--recursive"));
        more.addAll(filters);
        copyHere(what, more, "", stage);
    }

    private void copyHere(String what, List<String> options, String input, StagingDirectory stage)
            throws FailureException, InterruptedException {
        List<String> args = new ArrayList<>(command.rsyncAlone());
        args.addAll(List.of("--ignore-times", "--info=progress2"));
        args.addAll(options);
        args.addAll(List.of("--", operand(), stage.directory() + "/"));
        try {
            listing.run(what, args, input, line -> {});
        } catch (FailureException e) {
            throw e.failure().code() == ErrorCode.DESTINATION_FULL
                    ? StagingDirectory.noRoom(e.failure().reason())
                    : e;
        }
    }

    /** Sends small files that are not there yet; those that are stay as they are. */
    void add(String what, List<String> files, StagingDirectory stage) throws FailureException, InterruptedException {
        synced(options -> {
            List<String> args = new ArrayList<>(command.rsyncAlone());
            args.addAll(List.of("--files-from=-", "--from0", "--ignore-existing"));
            args.addAll(options);
            args.addAll(List.of("--", stage.directory() + "/", operand()));
            listing.run(what, args, list(files), line -> {});
        });
    }

    /** Deletes files whose directories are there. */
    void delete(String what, List<String> files, StagingDirectory stage) throws FailureException, InterruptedException {
        for (String file : files) {
            stage.makeDirectories(file.substring(0, Math.max(0, file.lastIndexOf('/'))));
        }
        List<String> args = new ArrayList<>(command.rsyncAlone());
        args.addAll(List.of("--recursive", "--delete"));
        args.addAll(RemoteListing.only(files));
        args.addAll(List.of("--", stage.directory() + "/", operand()));
        listing.run(what, args, "", line -> {});
    }

    static String list(List<String> files) {
        return String.join("\0", files) + "\0";
    }
}
