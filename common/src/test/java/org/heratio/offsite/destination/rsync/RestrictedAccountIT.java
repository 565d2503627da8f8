package org.heratio.offsite.destination.rsync;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.DestinationContract;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.testing.SmallDisk;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The contract with an account whose key may run rrsync alone; paths count from the directory that rrsync shows. Each command starts Python at the far
 * side: the usual run does the core of it, {@code -P slow} all.
 */
@Tag("slow")
@ExtendWith(SharedSsh.class)
class RestrictedAccountIT extends DestinationContract {
    private final SshServer server;

    RestrictedAccountIT(SshServer server) {
        this.server = server;
    }

    @Override
    protected Destination open() throws Exception {
        Path shown = Files.createDirectories(temp.resolve("shown"));
        server.forceCommand("/usr/bin/rrsync " + shown);
        return shown("/far side");
    }

    @Override
    protected Destination forbidden() throws Exception {
        SmallDisk disk = closing(
                new SmallDisk(Files.createDirectories(temp.resolve("shown")).resolve("disk"), 1 << 20));
        disk.readOnly();
        return closing(shown("/disk"));
    }

    @Override
    protected ErrorCode refusal() {
        return ErrorCode.DESTINATION_READ_ONLY;
    }

    @Override
    protected Narrow narrow() throws Exception {
        SmallDisk disk = closing(
                new SmallDisk(Files.createDirectories(temp.resolve("shown")).resolve("disk"), 2 << 20));
        disk.fill(256 << 10);
        return new Narrow(closing(shown("/disk")), disk::makeRoom);
    }

    /** rsync tells no one's rights before it writes, and {@code probe} writes nothing. */
    @Override
    protected void findsOutThatItMayNotWriteWithoutWriting() throws Exception {
        forbidden().probe();
    }

    private Destination shown(String place) {
        return new RsyncDestination(server.config(Path.of(place), temp.resolve("state")));
    }

    @Override
    protected Destination limited(RateLimit limit) throws Exception {
        return new RsyncDestination(server.config(Path.of("/limited"), temp.resolve("state")), () -> false, limit);
    }

    @Override
    protected void putAll(List<PutRequest> requests) throws Exception {
        destination.put(requests.get(0));
        layDown(temp.resolve("shown/far side"), requests);
    }
}
