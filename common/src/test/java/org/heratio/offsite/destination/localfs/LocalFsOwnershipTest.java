package org.heratio.offsite.destination.localfs;

import java.nio.file.Files;
import java.nio.file.Path;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.OwnershipContract;

class LocalFsOwnershipTest extends OwnershipContract {

    @Override
    protected Destination open() {
        return new LocalFsDestination(root());
    }

    @Override
    protected Destination openAgain() {
        return new LocalFsDestination(root());
    }

    @Override
    protected void plant(String name, byte[] bytes) throws Exception {
        Files.write(root().resolve(name), bytes);
    }

    private Path root() {
        return temp.resolve("destination");
    }
}
