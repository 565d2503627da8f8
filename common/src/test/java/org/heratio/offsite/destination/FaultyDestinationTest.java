package org.heratio.offsite.destination;

import org.heratio.offsite.destination.localfs.LocalFsDestination;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.testing.SmallDisk;

/** A fake without faults is a destination like any other. */
class FaultyDestinationTest extends DestinationContract {

    @Override
    protected Destination open() {
        return new FaultyDestination(new LocalFsDestination(temp.resolve("destination")));
    }

    @Override
    protected Destination forbidden() throws Exception {
        SmallDisk disk = closing(new SmallDisk(temp.resolve("disk"), 1 << 20));
        disk.readOnly();
        return closing(new FaultyDestination(new LocalFsDestination(disk.path())));
    }

    @Override
    protected ErrorCode refusal() {
        return ErrorCode.DESTINATION_READ_ONLY;
    }

    @Override
    protected Narrow narrow() throws Exception {
        SmallDisk disk = closing(new SmallDisk(temp.resolve("disk"), 2 << 20));
        disk.fill(256 << 10);
        return new Narrow(closing(new FaultyDestination(new LocalFsDestination(disk.path()))), disk::makeRoom);
    }

    @Override
    protected Destination limited(RateLimit limit) {
        return new FaultyDestination(new LocalFsDestination(temp.resolve("limited"), () -> false, limit));
    }

    @Override
    protected int many() {
        return 10; // what is behind it is tested by itself
    }
}
