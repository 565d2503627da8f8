package org.heratio.offsite.app.run;

import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.Settings;
import org.jspecify.annotations.Nullable;

/** The heartbeat of a service that is starting: it may wait long for its servers, and is no dead service then. Blocks. */
public final class StartBeat implements AutoCloseable {
    private final @Nullable HealthFile file;

    private StartBeat(@Nullable HealthFile file) {
        this.file = file;
    }

    /**
     * Begins the heartbeat.
     *
     * @throws ConfigException if the state directory belongs to another user
     */
    public static StartBeat begin(Settings settings) throws ConfigException {
        StateOwner.of(settings).requireOurs();
        NativeCode.unpackBelow(settings.paths().state());
        return new StartBeat(new Heartbeats(settings.paths().state()).startAlone());
    }

    /** Ends it; may be called again. */
    @Override
    public void close() {
        if (file != null) {
            file.close();
        }
    }
}
