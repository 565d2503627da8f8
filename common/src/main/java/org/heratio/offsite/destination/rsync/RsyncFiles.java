package org.heratio.offsite.destination.rsync;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.Expected;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.destination.Presence;
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

    /** Fetches a file. Returns false, and leaves the rest, when more than {@code most} bytes come. */
    boolean fetch(String what, String file, StagingDirectory stage, long most)
            throws FailureException, InterruptedException {
        return copyHere(what, List.of("--files-from=-", "--from0"), list(List.of(file)), new Arriving(stage, 1, most));
    }

    /** Fetches files that are sidecars or tags; longer ones do not come. */
    void fetchSmall(String what, List<String> files, StagingDirectory stage)
            throws FailureException, InterruptedException {
        List<String> options = List.of("--files-from=-", "--from0", "--max-size=" + ListedCopy.MAX_SMALL);
        long most = (long) files.size() * ListedCopy.MAX_SMALL;
        requireNoMore(what, copyHere(what, options, list(files), new Arriving(stage, files.size(), most)));
    }

    /** Fetches the announcements that filters let through. */
    void fetchAnnouncements(String what, List<String> filters, StagingDirectory stage)
            throws FailureException, InterruptedException {
        List<String> options = new ArrayList<>(List.of("--recursive", "--max-size=" + Installation.MAX_BYTES));
        options.addAll(filters);
        int files = OwnerScripts.MAX_INSTALLATIONS;
        long most = (long) files * Installation.MAX_BYTES;
        requireNoMore(what, copyHere(what, options, "", new Arriving(stage, files, most)));
    }

    private static void requireNoMore(String what, boolean all) throws FailureException {
        if (!all) {
            throw Expected.wrong(what + ": more comes than was asked for");
        }
    }

    /** Watches what arrives in a stage: rsync itself takes whatever the host sends. */
    private static final class Arriving implements RemoteListing.Output {
        private final StagingDirectory stage;
        private final int files;
        private final long most;
        private boolean tooMuch;

        Arriving(StagingDirectory stage, int files, long most) {
            this.stage = stage;
            this.files = files;
            this.most = most;
        }

        @Override
        public void line(String line) {}

        @Override
        public void printed(long bytes) throws IOException, FailureException {
            RemoteListing.Output.super.printed(bytes);
            if (isTooMuch()) {
                throw new TooMuchException(most);
            }
        }

        /** Remembers what it saw: rsync removes an unfinished file when it is ended. */
        boolean isTooMuch() throws FailureException {
            tooMuch |= stage.holdsMoreThan(files, most);
            return tooMuch;
        }
    }

    private boolean copyHere(String what, List<String> options, String input, Arriving arriving)
            throws FailureException, InterruptedException {
        List<String> args = new ArrayList<>(command.rsyncAlone());
        args.addAll(List.of("--ignore-times", "--info=progress2"));
        args.addAll(options);
        args.addAll(List.of("--", operand(), arriving.stage.directory() + "/"));
        try {
            listing.run(what, args, input, arriving);
        } catch (FailureException e) {
            if (arriving.isTooMuch()) {
                return false;
            }
            throw e.failure().code() == ErrorCode.DESTINATION_FULL
                    ? StagingDirectory.noRoom(e.failure().reason())
                    : e;
        }
        return !arriving.isTooMuch();
    }

    /** Sends small files that are not there yet; those that are stay as they are. */
    void add(String what, List<String> files, StagingDirectory stage) throws FailureException, InterruptedException {
        synced(options -> {
            List<String> args = new ArrayList<>(command.rsyncAlone());
            args.addAll(List.of("--files-from=-", "--from0", "--ignore-existing"));
            args.addAll(options);
            args.addAll(List.of("--", stage.directory() + "/", operand()));
            listing.run(what, args, list(files), RemoteListing.SILENT);
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
        listing.run(what, args, "", RemoteListing.SILENT);
    }

    /** Writes the files that a directory needs before anything else into a stage, and returns their names. */
    static List<String> marker(Presence.State state, StagingDirectory stage) throws FailureException {
        return state == Presence.State.MARKED
                ? List.of()
                : List.of(stage.write(DirectoryLayout.MARKER, DirectoryLayout.MARKER_TEXT));
    }

    static String list(List<String> files) {
        return String.join("\0", files) + "\0";
    }
}
