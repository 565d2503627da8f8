package org.heratio.offsite.destination;

import org.heratio.offsite.failure.ErrorCode;

/** The fake of other modules' tests is a destination like any other. */
class MemoryDestinationTest extends DestinationContract {

    @Override
    protected Destination open() {
        return new MemoryDestination("s3");
    }

    @Override
    protected Destination limited(RateLimit limit) {
        return new MemoryDestination("s3", limit);
    }

    @Override
    protected Destination forbidden() {
        MemoryDestination forbidden = new MemoryDestination("s3");
        forbidden.failWith(ErrorCode.DESTINATION_DENIED);
        return forbidden;
    }

    @Override
    protected Narrow narrow() {
        MemoryDestination narrow = new MemoryDestination("s3");
        narrow.capacity(256 << 10);
        return new Narrow(narrow, () -> narrow.capacity(Long.MAX_VALUE));
    }
}
