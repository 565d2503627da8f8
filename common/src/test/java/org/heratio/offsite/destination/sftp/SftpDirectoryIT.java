package org.heratio.offsite.destination.sftp;

import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.DirectoryContract;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.destination.rsync.SharedSsh;
import org.heratio.offsite.destination.rsync.SshServer;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedSsh.class)
class SftpDirectoryIT extends DirectoryContract {
    private final SshServer server;

    SftpDirectoryIT(SshServer server) {
        this.server = server;
    }

    @Override
    protected Destination open(BooleanSupplier holdsCopies) throws Exception {
        return new SftpDestination(SftpAccount.of(server, root(), temp.resolve("state")), holdsCopies, RateLimit.NONE);
    }

    @Override
    protected Path root() {
        return temp.resolve("far side");
    }
}
