package org.heratio.offsite.destination;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.heratio.offsite.destination.rsync.RsyncConfig;
import org.heratio.offsite.destination.rsync.RsyncDestination;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trait that {@link MutantTest} cannot have: a driver without time-outs is caught as well. */
class PatientMutantIT {
    @TempDir
    private Path directory;

    @Test
    void aDriverThatWaitsForEverIsCaught() throws Exception {
        Patient mutant = new Patient();
        mutant.temp = directory;
        mutant.openProxy();
        try {
            assertThatThrownBy(mutant::saysInEveryMethodThatASilentHostIsUnreachable)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("it hangs");
        } finally {
            mutant.closeAll();
        }
    }

    private static final class Patient extends NetworkContract {
        @Override
        protected int port() {
            return 1; // nobody asks the real server
        }

        @Override
        protected Duration hangLimit() {
            return Duration.ofSeconds(5); // it does hang, for as long as anyone waits
        }

        @Override
        protected Destination open(int port, Duration patience) {
            return new RsyncDestination(new RsyncConfig(
                    new SshAccount(
                            "127.0.0.1", null, port, temp.resolve("far side").toString()),
                    null,
                    List.of(),
                    temp.resolve("known_hosts"),
                    temp.resolve("work"),
                    Duration.ofDays(1)));
        }
    }
}
