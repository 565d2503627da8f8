package org.heratio.offsite.destination.sftp;

import java.io.IOException;
import org.apache.sshd.sftp.client.SftpClient;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.Presence;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/** The directory of a destination, which {@link Presence} judges. */
final class SftpRoot {
    private final SftpConfig config;
    private final Presence presence;

    SftpRoot(SftpConfig config, Presence presence) {
        this.config = config;
        this.presence = presence;
    }

    /** Makes the directory and its marker where they are missing. */
    void prepare(SftpFiles files) throws IOException, FailureException, InterruptedException {
        Presence.View view = presence.view();
        Presence.State state = state(files);
        view.requireWritable(state);
        if (state == Presence.State.ABSENT) {
            files.makeRoot(config.account().path());
        }
        if (state != Presence.State.MARKED) {
            files.writeMarker();
        }
        view.marked();
    }

    /** Returns the state of the directory. */
    Presence.State state(SftpFiles files) throws IOException, FailureException, InterruptedException {
        SftpClient.Attributes marker = files.tree().look(DirectoryLayout.MARKER);
        if (marker != null && marker.isRegularFile()) {
            return Presence.State.MARKED;
        }
        String path = config.account().path();
        SftpClient.Attributes root = files.tree().follow(path);
        if (root == null) {
            SftpClient.Attributes parent = files.tree().follow(Channels.parent(path));
            return parent != null && parent.isDirectory() ? Presence.State.ABSENT : Presence.State.NOWHERE;
        }
        if (!root.isDirectory()) {
            throw new FailureException(
                    ErrorCode.DESTINATION_MISCONFIGURED,
                    path + " at " + config.account().where() + " is not a directory",
                    "correct BACKUP_OFFSITE_SFTP_PATH");
        }
        return files.tree().entries(path).isEmpty() ? Presence.State.EMPTY : Presence.State.UNMARKED;
    }

    /** Throws unless the directory is there, as far as the ledger knows of copies in it. */
    void requirePresent(SftpFiles files) throws IOException, FailureException, InterruptedException {
        Presence.View view = presence.view();
        view.requirePresent(state(files));
    }
}
