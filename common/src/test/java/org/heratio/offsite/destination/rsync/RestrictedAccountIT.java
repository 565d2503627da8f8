package org.heratio.offsite.destination.rsync;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.DestinationContract;
import org.heratio.offsite.destination.PutRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The whole contract with an account whose key may run rrsync alone; paths count from the directory that rrsync shows. Each command starts Python at the far side. */
@Tag("slow")
class RestrictedAccountIT extends DestinationContract {
    private static SshServer server;

    @BeforeAll
    static void startServer() throws Exception {
        server = SshServer.start();
    }

    @AfterAll
    static void stopServer() throws Exception {
        server.close();
    }

    @Override
    protected Destination open() throws Exception {
        Path shown = Files.createDirectories(temp.resolve("shown"));
        server.forceCommand("/usr/bin/rrsync " + shown);
        return new RsyncDestination(server.config(server.port(), Path.of("/far side"), temp.resolve("state")));
    }

    @Override
    protected int many() {
        return 1_050;
    }

    /** The files are made as a put leaves them. */
    @Override
    protected void putAll(List<PutRequest> requests) throws Exception {
        destination.put(requests.get(0));
        for (PutRequest request : requests) {
            Path file = temp.resolve("shown/far side").resolve(request.name());
            Files.createDirectories(file.getParent());
            Files.copy(request.file(), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
