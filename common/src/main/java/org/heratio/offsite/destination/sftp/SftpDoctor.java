package org.heratio.offsite.destination.sftp;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import org.apache.sshd.sftp.client.extensions.openssh.OpenSSHStatExtensionInfo;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.finding.Finding;

/** Finds out what the account at the host can do. Blocks; for one use. */
final class SftpDoctor implements AutoCloseable {
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    private final SftpConfig config;
    private final SftpDestination destination;
    private final Channels channels;

    SftpDoctor(SftpConfig config) {
        this.config = config;
        this.destination = new SftpDestination(config, () -> false, RateLimit.NONE);
        this.channels = new Channels(config, new SftpFailures(config));
    }

    /** Returns all that could be found out; throws what keeps copies from being made there at all. */
    List<Finding> examine() throws FailureException, InterruptedException {
        destination.probe();
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.ok("the key of " + config.account().where() + " is in " + config.knownHosts()));
        NavigableMap<String, byte[]> offered =
                channels.with("asking what there is", sftp -> sftp.call(client -> client.getServerExtensions()));
        if (!offered.containsKey("fsync@openssh.com")) {
            findings.add(Finding.warn(
                    "the server cannot be asked to sync files: a copy may be lost when the host loses its power right after"
                            + " it was put",
                    "nothing needs to be done: what is lost is found by the next sweep, and shipped again"));
        }
        if (!offered.containsKey("posix-rename@openssh.com")) {
            findings.add(Finding.warn(
                    "the server cannot replace a file in one step: while a copy is replaced there is a moment without it",
                    "nothing needs to be done: a put that is cut there is repeated"));
        }
        Optional<OpenSSHStatExtensionInfo> disk = channels.with(
                "asking for free space",
                sftp -> Optional.ofNullable(
                        sftp.disk(Channels.parent(config.account().path()))));
        if (disk.isEmpty()) {
            findings.add(Finding.warn(
                    "the server does not say how much room there is: a full disk is told as DESTINATION_IO",
                    "look at the host's own numbers when puts fail"));
        } else {
            findings.add(room(SftpFailures.free(disk.get())));
        }
        return findings;
    }

    private static Finding room(long free) {
        return free >= GIB
                ? Finding.ok(free / GIB + " GiB free there")
                : Finding.warn("only " + free / MIB + " MiB free there", "make room at the host");
    }

    @Override
    public void close() {
        channels.close();
        destination.close();
    }
}
