package org.heratio.offsite.destination;

import org.heratio.offsite.destination.localfs.LocalFsDestination;

/** A fake without faults is a destination like any other. */
class FaultyDestinationTest extends DestinationContract {

    @Override
    protected Destination open() {
        return new FaultyDestination(new LocalFsDestination(temp.resolve("destination")));
    }

    @Override
    protected int many() {
        return 10; // what is behind it is tested by itself
    }
}
