package org.heratio.offsite.app.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionTimeoutException;
import org.heratio.offsite.app.e2e.OffsiteHome;
import org.heratio.offsite.app.e2e.OffsiteProcess;

/** {@code offsite serve}, and what its log tells of what it has done. */
final class Serving implements AutoCloseable {
    private final OffsiteProcess process;

    private Serving(OffsiteProcess process) {
        this.process = process;
    }

    /** Starts it and waits until it serves. */
    static Serving start(OffsiteHome home) throws IOException {
        Serving serving = new Serving(home.start("serve"));
        serving.awaitLog("serving ", 1, OffsiteHome.SHORT);
        return serving;
    }

    /** How often its log says something. */
    int says(String what) {
        return process.err().split(Pattern.quote(what), -1).length - 1;
    }

    void awaitLog(String what, int times, Duration limit) {
        try {
            await().atMost(limit)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> says(what) >= times || !process.running());
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("no '" + what + "' " + times + " times in " + process.err(), e);
        }
        assertThat(process.running()).as(process.err()).isTrue();
    }

    /** Waits until so many copies were verified since its start. */
    void awaitVerified(int copies, Duration limit) {
        awaitLog("Verified copy=", copies, limit);
    }

    /** SIGTERM, and the exit with 0 that has to follow. */
    void stop() throws InterruptedException {
        process.terminate();
        OffsiteProcess.Exit exit = process.await(OffsiteHome.SHORT);
        assertThat(exit.code()).as("serve: %s", exit).isZero();
    }

    @Override
    public void close() {
        process.close();
    }
}
