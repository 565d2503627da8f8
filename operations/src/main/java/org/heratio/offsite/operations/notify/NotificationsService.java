package org.heratio.offsite.operations.notify;

import java.time.Clock;
import java.util.List;

/** Sends a test to people, for those who ask. */
public final class NotificationsService {
    private final NotifyChannels channels;
    private final Clock clock;

    public NotificationsService(NotifyChannels channels, Clock clock) {
        this.channels = channels;
        this.clock = clock;
    }

    /** Returns whether nobody would get a message: no channel is configured in this process. */
    public boolean isOff() {
        return channels.names().isEmpty();
    }

    /** Sends a test message by each channel, and returns what each said. Blocks for half a minute each at most. */
    public List<NotifyChannels.Tested> test() throws InterruptedException {
        return channels.test(clock);
    }
}
