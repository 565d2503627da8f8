package org.heratio.offsite.app.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.heratio.offsite.app.e2e.OffsiteHome;
import org.heratio.offsite.app.e2e.OffsiteProcess;
import org.heratio.offsite.testing.FreePort;
import org.heratio.offsite.testing.HangLimit;
import org.jspecify.annotations.Nullable;

/** An installation whose {@code offsite serve} has the page. */
final class PageServer implements AutoCloseable {
    private final OffsiteHome home;
    private final int port = FreePort.take();
    private @Nullable OffsiteProcess serve;

    PageServer(OffsiteHome home) {
        this.home = home.set("BACKUP_OFFSITE_DASHBOARD", "true")
                .set("BACKUP_OFFSITE_DASHBOARD_PORT", Integer.toString(port));
    }

    OffsiteHome home() {
        return home;
    }

    /** Returns where the page is, without a view. */
    String address() {
        return "http://127.0.0.1:" + port + "/";
    }

    /** Starts the pipeline, and waits for the page. */
    PageServer start() throws IOException {
        OffsiteProcess started = home.start("serve");
        serve = started;
        await().atMost(HangLimit.STEP)
                .until(() -> started.err().contains("the operators' page is at ") || !started.running());
        assertThat(started.running()).as(started.err()).isTrue();
        return this;
    }

    /** Ends the pipeline, as a restart of the service does. */
    void stop() throws InterruptedException {
        if (serve != null) {
            serve.terminate();
            assertThat(serve.await(HangLimit.STEP).code()).isZero();
        }
    }

    Path tokenFile() {
        return home.state().resolve("dashboard-token");
    }

    /** The token of administrators. */
    String token() throws IOException {
        return Files.readString(tokenFile()).strip();
    }

    @Override
    public void close() {
        home.close();
    }
}
