package org.heratio.offsite.destination.sftp;

import java.nio.file.Files;
import java.nio.file.Path;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.OwnershipContract;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.destination.rsync.SharedSsh;
import org.heratio.offsite.destination.rsync.SshServer;
import org.junit.jupiter.api.extension.ExtendWith;

/** The rules of ownership with an account that offers SFTP alone. {@code -Doffsite.races=200} races longer than the usual run. */
@ExtendWith(SharedSsh.class)
class SftpOwnershipIT extends OwnershipContract {
    private static final int RACES = Integer.getInteger("offsite.races", 50);

    private final SshServer server;

    SftpOwnershipIT(SshServer server) {
        this.server = server;
    }

    @Override
    protected int races() {
        return RACES;
    }

    @Override
    protected Destination open() throws Exception {
        return at("state");
    }

    @Override
    protected Destination openAgain() throws Exception {
        return at("state of another");
    }

    private Destination at(String state) throws Exception {
        return new SftpDestination(SftpAccount.of(server, root(), temp.resolve(state)), () -> false, RateLimit.NONE);
    }

    private Path root() {
        return temp.resolve("far side");
    }

    @Override
    protected void plant(String name, byte[] bytes) throws Exception {
        Path file = root().resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }
}
