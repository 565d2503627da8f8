package org.heratio.offsite.destination.rsync;

import java.nio.file.Files;
import java.nio.file.Path;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.OwnershipContract;
import org.junit.jupiter.api.extension.ExtendWith;

/** The rules of ownership with an account that runs scripts. {@code -Doffsite.races=200} races longer than the usual run. */
@ExtendWith(SharedSsh.class)
class RsyncOwnershipIT extends OwnershipContract {
    private static final int RACES = Integer.getInteger("offsite.races", 50);

    private final SshServer server;

    RsyncOwnershipIT(SshServer server) {
        this.server = server;
    }

    @Override
    protected int races() {
        return RACES;
    }

    @Override
    protected Destination open() {
        return at("state");
    }

    @Override
    protected Destination openAgain() {
        return at("state of another");
    }

    private Destination at(String state) {
        return new RsyncDestination(server.config(root(), temp.resolve(state)));
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
