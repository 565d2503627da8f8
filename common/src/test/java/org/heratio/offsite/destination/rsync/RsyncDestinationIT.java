package org.heratio.offsite.destination.rsync;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.DestinationContract;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.Sha256Sidecar;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class RsyncDestinationIT extends DestinationContract {
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
        return new RsyncDestination(server.config(server.port(), root(), temp.resolve("state")));
    }

    private Path root() {
        return temp.resolve("far side");
    }

    /** Three connections for each put are too many for a listing's test: the files are made as a put leaves them. */
    @Override
    protected void putAll(List<PutRequest> requests) throws Exception {
        destination.put(requests.get(0));
        for (PutRequest request : requests) {
            Path file = root().resolve(request.name());
            Files.createDirectories(file.getParent());
            Files.copy(request.file(), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            Files.writeString(
                    root().resolve(Sha256Sidecar.nameFor(request.name())),
                    Sha256Sidecar.content(request.sha256(), request.name()));
        }
    }
}
