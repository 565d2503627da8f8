package org.heratio.offsite.destination.rsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.destination.Occupant;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.OwnershipContract;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The rules of ownership with an account whose key may run rrsync alone: the usual run does the core of it, {@code -P slow} all. */
@Tag("slow")
@ExtendWith(SharedSsh.class)
class RestrictedOwnershipIT extends OwnershipContract {
    private final SshServer server;

    RestrictedOwnershipIT(SshServer server) {
        this.server = server;
    }

    @Override
    protected Destination open() throws Exception {
        Path shown = Files.createDirectories(temp.resolve("shown"));
        server.forceCommand("/usr/bin/rrsync " + shown);
        return openAgain();
    }

    @Override
    protected Destination openAgain() {
        return new RsyncDestination(server.config(Path.of("/far side"), temp.resolve("state")));
    }

    @Override
    protected void plant(String name, byte[] bytes) throws Exception {
        Path file = temp.resolve("shown/far side").resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    /** rsync alone cannot create a file exclusively: {@code announce} says so, and installations use names of their own. */
    @Test
    @Override
    protected void letsOneOfTwoInstallationsHaveANameThatBothPutAtOnce() throws Exception {
        assertThat(destination.announce(new Installation(MINE, "one"))).isFalse();
    }

    @Tag("core")
    @Test
    void keepsCopiesOfTwoInstallationsApartAndPromisesNothingForARace() throws Exception {
        assertThat(destination.announce(new Installation(OTHERS, "host"))).isFalse();
        PutRequest theirs = payloads("their payloads", OTHERS).request("sub/a.gz", bytes("theirs"));
        destination.put(theirs);
        PutRequest request = payloads("my payloads", MINE).request("sub/a.gz", bytes("mine"));

        assertThatThrownBy(() -> destination.put(request)).isInstanceOfSatisfying(FailureException.class, e -> {
            assertThat(e.failure().code()).isEqualTo(ErrorCode.DESTINATION_NAME_TAKEN);
            assertThat(e.failure().reason()).contains(OTHERS, "/far side/sub/a.gz");
        });

        assertThat(destination.look("sub/a.gz"))
                .contains(new Occupant(new Stored("sub/a.gz", 6, theirs.sha256()), OwnerTag.of(theirs)));
        assertThat(destination.installations()).containsExactly(new Installation(OTHERS, "host"));
    }

    private Payloads payloads(String directory, String owner) throws Exception {
        return new Payloads(Files.createDirectories(temp.resolve(directory)), owner);
    }
}
