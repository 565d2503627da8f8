package org.heratio.offsite.destination.rsync;

import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.DirectoryContract;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedSsh.class)
class RsyncDirectoryIT extends DirectoryContract {
    private final SshServer server;

    RsyncDirectoryIT(SshServer server) {
        this.server = server;
    }

    @Override
    protected Destination open(BooleanSupplier holdsCopies) {
        return new RsyncDestination(server.config(root(), temp.resolve("state")), holdsCopies);
    }

    @Override
    protected Path root() {
        return temp.resolve("far side");
    }
}
