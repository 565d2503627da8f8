package org.heratio.offsite.destination.rsync;

import java.nio.file.Path;
import java.util.List;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.DestinationContract;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.testing.SmallDisk;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedSsh.class)
class RsyncDestinationIT extends DestinationContract {
    private final SshServer server;

    RsyncDestinationIT(SshServer server) {
        this.server = server;
    }

    @Override
    protected Destination open() throws Exception {
        return at(root());
    }

    /** With more options for rsync, as a person may add. */
    private RsyncDestination at(Path place) {
        RsyncConfig config = server.config(place, temp.resolve("state"));
        return new RsyncDestination(SshServer.with(config, "--ipv4", "--bwlimit=500M", "-v"));
    }

    private Path root() {
        return temp.resolve("far side");
    }

    @Override
    protected Destination forbidden() throws Exception {
        SmallDisk disk = closing(new SmallDisk(temp.resolve("far disk"), 1 << 20));
        disk.readOnly();
        return closing(at(disk.path()));
    }

    @Override
    protected ErrorCode refusal() {
        return ErrorCode.DESTINATION_READ_ONLY;
    }

    @Override
    protected Narrow narrow() throws Exception {
        SmallDisk disk = closing(new SmallDisk(temp.resolve("far disk"), 2 << 20));
        disk.fill(256 << 10);
        return new Narrow(closing(at(disk.path())), disk::makeRoom);
    }

    @Override
    protected Destination limited(RateLimit limit) throws Exception {
        return new RsyncDestination(server.config(temp.resolve("limited"), temp.resolve("state")), () -> false, limit);
    }

    /** Three connections for each put are too many for a listing's test. */
    @Override
    protected void putAll(List<PutRequest> requests) throws Exception {
        destination.put(requests.get(0));
        layDown(root(), requests);
    }
}
