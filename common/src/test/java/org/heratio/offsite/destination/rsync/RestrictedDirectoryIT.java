package org.heratio.offsite.destination.rsync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.DirectoryContract;
import org.heratio.offsite.failure.ErrorCode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The files of an account whose key may run rrsync alone: the usual run does the core of it, {@code -P slow} all. */
@Tag("slow")
@ExtendWith(SharedSsh.class)
class RestrictedDirectoryIT extends DirectoryContract {
    private final SshServer server;

    RestrictedDirectoryIT(SshServer server) {
        this.server = server;
    }

    @BeforeEach
    @Override
    protected void openDestination() throws Exception {
        server.forceCommand("/usr/bin/rrsync " + shown());
        super.openDestination();
    }

    @Override
    protected Destination open(BooleanSupplier holdsCopies) {
        return new RsyncDestination(server.config(Path.of("/far side"), temp.resolve("state")), holdsCopies);
    }

    @Override
    protected Path root() {
        return shown().resolve("far side");
    }

    private Path shown() {
        try {
            return Files.createDirectories(temp.resolve("shown"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** rsync tells that it is a link, and not where it leads: any is refused, like a file in the way of a directory. */
    @Override
    protected ErrorCode refusalOfALink() {
        return ErrorCode.DESTINATION_NAME_TAKEN;
    }

    /** Not everything: what unfinished puts left can't be told from what others left. */
    @Test
    @Override
    protected void leavesNoPartialOnceItIsAbandoned() {}
}
