package org.heratio.offsite.destination.localfs;

import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.DirectoryContract;

class LocalFsDirectoryTest extends DirectoryContract {

    @Override
    protected Destination open(BooleanSupplier holdsCopies) {
        return new LocalFsDestination(root(), holdsCopies);
    }

    @Override
    protected Path root() {
        return temp.resolve("destination");
    }
}
