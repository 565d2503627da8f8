package org.heratio.offsite.destination.sftp;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.sftp.client.extensions.openssh.OpenSSHStatExtensionInfo;
import org.apache.sshd.sftp.common.SftpConstants;
import org.apache.sshd.sftp.common.SftpException;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/** Says what goes wrong on the way to the host, and there, means. */
final class SftpFailures {
    private final SftpConfig config;

    SftpFailures(SftpConfig config) {
        this.config = config;
    }

    /** Returns whether a thread was interrupted. A time-out looks like an interrupt to Java, and is none. */
    static boolean isInterrupt(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            boolean timeout = t instanceof SocketTimeoutException;
            if (t instanceof InterruptedException || (t instanceof InterruptedIOException && !timeout)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the failure of a host that allows no more channels. */
    FailureException tooMany(Exception e) {
        return new FailureException(
                ErrorCode.DESTINATION_BUSY,
                config.account().where() + " allows no more channels now: " + said(e),
                "it is tried again by itself; sshd's MaxSessions says how many there may be",
                e);
    }

    /** Returns whether the host answered, and refused. */
    static boolean isAnswer(Throwable thrown) {
        return thrown instanceof SftpException;
    }

    /** Returns whether the answer is that nothing is there. */
    static boolean isNothing(Throwable thrown) {
        int status = status(thrown);
        return status == SftpConstants.SSH_FX_NO_SUCH_FILE || status == SftpConstants.SSH_FX_NO_SUCH_PATH;
    }

    private static int status(Throwable thrown) {
        return thrown instanceof SftpException answer ? answer.getStatus() : -1;
    }

    /**
     * Returns what an exception means.
     *
     * @param what what was done, on what
     * @param disk what the host says of its disk; null when it says nothing. The protocol has one code for all that a disk refuses.
     */
    FailureException of(String what, Exception e, @Nullable OpenSSHStatExtensionInfo disk) {
        String reason = what + " at " + config.account().where() + ": " + said(e);
        return switch (status(e)) {
            case -1 -> lost(reason, e);
            case SftpConstants.SSH_FX_PERMISSION_DENIED -> denied(reason, e);
            case SftpConstants.SSH_FX_WRITE_PROTECT -> readOnly(reason, e);
            case SftpConstants.SSH_FX_NO_SPACE_ON_FILESYSTEM, SftpConstants.SSH_FX_QUOTA_EXCEEDED -> full(reason, e);
            case SftpConstants.SSH_FX_NO_CONNECTION, SftpConstants.SSH_FX_CONNECTION_LOST -> lost(reason, e);
            case SftpConstants.SSH_FX_FILE_ALREADY_EXISTS,
                    SftpConstants.SSH_FX_NOT_A_DIRECTORY,
                    SftpConstants.SSH_FX_FILE_IS_A_DIRECTORY ->
                new FailureException(
                        ErrorCode.DESTINATION_NAME_TAKEN, reason, "move what is in the way out of the destination", e);
            case SftpConstants.SSH_FX_INVALID_FILENAME ->
                new FailureException(ErrorCode.ARCHIVE_NAME_UNUSABLE, reason, "give the archive another name", e);
            default -> ofTheDisk(reason, e, disk);
        };
    }

    private FailureException ofTheDisk(String reason, Exception e, @Nullable OpenSSHStatExtensionInfo disk) {
        if (disk != null && (disk.f_flag & OpenSSHStatExtensionInfo.SSH_FXE_STATVFS_ST_RDONLY) != 0) {
            return readOnly(reason, e);
        }
        // a request that does not fit leaves less than itself, and the last blocks are often kept back
        if (disk != null && disk.f_blocks > 0 && free(disk) < Upload.CHUNK * 2L) {
            return full(reason, e);
        }
        return new FailureException(ErrorCode.DESTINATION_IO, reason, "look at the disk of the host", e);
    }

    /** Returns the free bytes that a host reports: no less than none, and no more than a long holds. */
    static long free(OpenSSHStatExtensionInfo disk) {
        boolean fits = disk.f_bavail >= 0 && disk.f_frsize >= 0 && Math.multiplyHigh(disk.f_bavail, disk.f_frsize) == 0;
        return fits ? Math.max(0, disk.f_bavail * disk.f_frsize) : Long.MAX_VALUE;
    }

    private FailureException denied(String reason, Exception e) {
        return new FailureException(
                ErrorCode.DESTINATION_DENIED,
                reason,
                "give the user at the host the right to write in "
                        + config.account().path(),
                e);
    }

    private static FailureException readOnly(String reason, Exception e) {
        return new FailureException(
                ErrorCode.DESTINATION_READ_ONLY,
                reason,
                "look at the disk of the host (dmesg), then mount it writable; it is tried again by itself",
                e);
    }

    private static FailureException full(String reason, Exception e) {
        return new FailureException(
                ErrorCode.DESTINATION_FULL, reason, "make room at the host; it is tried again by itself", e);
    }

    private static FailureException lost(String reason, Exception e) {
        return new FailureException(
                ErrorCode.DESTINATION_UNREACHABLE,
                reason,
                "check BACKUP_OFFSITE_SFTP_HOST and BACKUP_OFFSITE_SFTP_PORT, and the way there",
                e);
    }

    /** Returns what the failure of a login means. */
    FailureException ofLogin(Exception e) {
        String reason = "logging in at " + config.account().where() + ": " + said(e);
        boolean refused = e instanceof SshException ssh
                && ssh.getDisconnectCode() == SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE;
        return refused
                ? new FailureException(
                        ErrorCode.DESTINATION_DENIED,
                        reason,
                        "the host refused the login: check BACKUP_OFFSITE_SFTP_USER, and _SSH_KEY or _PASSWORD",
                        e)
                : lost(reason, e);
    }

    /** Returns the failure of a host whose key is another than it was. */
    FailureException ofHostKey() {
        return new FailureException(
                ErrorCode.DESTINATION_DENIED,
                "the key of " + config.account().where() + " is not one that it had before",
                "if it was really changed, run as the user that runs offsite: ssh-keygen -f " + config.knownHosts()
                        + " -R '" + config.account().knownAs() + "'");
    }

    /** Returns the failure of an account that has no SFTP. */
    FailureException noSftp(Exception e) {
        return new FailureException(
                ErrorCode.DESTINATION_MISCONFIGURED,
                "the account at " + config.account().where() + " does not offer SFTP: " + said(e),
                "have SFTP switched on for the account, or use the driver rsync",
                e);
    }

    private static String said(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** Returns the failure of a key file that cannot be used; nothing of the key is in it. */
    FailureException ofKey(String how, @Nullable IOException e) {
        return new FailureException(
                ErrorCode.DESTINATION_MISCONFIGURED,
                "the key " + config.key() + " " + how,
                "BACKUP_OFFSITE_SFTP_SSH_KEY must name a private key without a passphrase, which this user can read",
                e);
    }
}
