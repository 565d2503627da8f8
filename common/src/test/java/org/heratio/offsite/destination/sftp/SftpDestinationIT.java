package org.heratio.offsite.destination.sftp;

import java.nio.file.Path;
import java.util.List;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.DestinationContract;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.destination.rsync.SharedSsh;
import org.heratio.offsite.destination.rsync.SshServer;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.testing.SmallDisk;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedSsh.class)
class SftpDestinationIT extends DestinationContract {
    private final SshServer server;

    SftpDestinationIT(SshServer server) {
        this.server = server;
    }

    @Override
    protected Destination open() throws Exception {
        return at(root(), RateLimit.NONE);
    }

    private Destination at(Path place, RateLimit limit) throws Exception {
        return new SftpDestination(SftpAccount.of(server, place, temp.resolve("state")), () -> false, limit);
    }

    private Path root() {
        return temp.resolve("far side");
    }

    @Override
    protected Destination limited(RateLimit limit) throws Exception {
        return at(temp.resolve("limited"), limit);
    }

    @Override
    protected Destination forbidden() throws Exception {
        SmallDisk disk = closing(new SmallDisk(temp.resolve("far disk"), 1 << 20));
        disk.readOnly();
        return closing(at(disk.path(), RateLimit.NONE));
    }

    @Override
    protected ErrorCode refusal() {
        return ErrorCode.DESTINATION_READ_ONLY;
    }

    @Override
    protected Narrow narrow() throws Exception {
        SmallDisk disk = closing(new SmallDisk(temp.resolve("far disk"), 2 << 20));
        disk.fill(256 << 10);
        return new Narrow(closing(at(disk.path(), RateLimit.NONE)), disk::makeRoom);
    }

    /** Each put is a dozen round trips. */
    @Override
    protected void putAll(List<PutRequest> requests) throws Exception {
        destination.put(requests.get(0));
        layDown(root(), requests);
    }
}
