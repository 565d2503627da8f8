package org.heratio.offsite.operations.status;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Notices;

/** Finds channels whose receivers accept nothing: what the notifier has to say waits, or was given up. */
final class NotifierHealth {
    private NotifierHealth() {}

    /** Asks the ledger only if anybody is to be told anything. */
    static List<Alarm> alarms(Settings settings, Notices notices) throws FailureException {
        if (!settings.notifications().hasReceivers()) {
            return List.of();
        }
        return notices.channels().stream()
                .filter(channel -> channel.failingSince() > 0)
                .map(NotifierHealth::alarm)
                .toList();
    }

    private static Alarm alarm(Notices.Channel channel) {
        Instant since = Instant.ofEpochMilli(channel.failingSince()).truncatedTo(ChronoUnit.SECONDS);
        return Alarm.warning(
                Alarm.Code.NOTIFIER_FAILING,
                "notifications by " + channel.name() + " fail since " + since + ": " + channel.error() + "; "
                        + channel.waiting() + " wait",
                "look at the receiver, then run 'offsite notify test'");
    }
}
