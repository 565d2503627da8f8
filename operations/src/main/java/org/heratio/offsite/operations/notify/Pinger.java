package org.heratio.offsite.operations.notify;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Notices;
import org.heratio.offsite.operations.status.Alarm;
import org.heratio.offsite.operations.status.Status;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests the URL of a dead-man service as long as all is well. When a ping stays away, that service tells people, also if this host is
 * gone. For one thread.
 */
final class Pinger {
    private static final Logger LOG = LoggerFactory.getLogger(Pinger.class);
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private final Settings.Notifications.Ping settings;
    private final Http http;
    private final StageHealth stages;
    private final @Nullable Notices notices;
    private final LongSupplier nanos;
    private long dueAt;
    private String told = "";

    /** @param notices null if only the dead-man service is told */
    Pinger(
            Settings.Notifications.Ping settings,
            Http http,
            StageHealth stages,
            @Nullable Notices notices,
            LongSupplier nanos) {
        this.settings = settings;
        this.http = http;
        this.stages = stages;
        this.notices = notices;
        this.nanos = nanos;
        this.dueAt = nanos.getAsLong();
    }

    /** Pings if it is time and all is well. Blocks for some seconds. */
    void ping(Status status) throws FailureException, InterruptedException {
        if (nanos.getAsLong() - dueAt < 0) {
            return;
        }
        String wrong = String.join("; ", wrong(status));
        if (wrong.isEmpty()) {
            try {
                http.send(http.request(settings.url()).GET().build());
                next(settings.interval());
            } catch (DeliveryException e) {
                wrong = "the dead-man service: " + e.getMessage();
            }
        }
        if (!wrong.isEmpty()) {
            next(settings.interval().compareTo(AGAIN) < 0 ? settings.interval() : AGAIN);
        }
        if (!wrong.equals(told)) {
            LOG.warn(wrong.isEmpty() ? "pings go out again" : "no ping goes out: {}", Wording.shown(wrong));
            told = wrong;
        }
    }

    private void next(Duration pause) {
        dueAt = nanos.getAsLong() + pause.toNanos();
    }

    private List<String> wrong(Status status) throws FailureException, InterruptedException {
        List<String> wrong = new ArrayList<>();
        status.alarms().stream()
                .filter(alarm -> alarm.severity() == Alarm.Severity.CRITICAL)
                .forEach(alarm -> wrong.add(alarm.code().name()));
        wrong.addAll(stages.missing());
        if (notices != null) {
            notices.channels().stream()
                    .filter(channel -> channel.failingSince() > 0)
                    .forEach(channel -> wrong.add("notifications by " + channel.name() + " fail"));
        }
        return wrong;
    }
}
