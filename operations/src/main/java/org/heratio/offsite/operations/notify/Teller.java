package org.heratio.offsite.operations.notify;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.heratio.offsite.ledger.Incident;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.LedgerView;
import org.heratio.offsite.ledger.Notice;
import org.heratio.offsite.ledger.Notices;
import org.heratio.offsite.operations.notify.Message.Event;
import org.heratio.offsite.operations.status.Alarm;
import org.jspecify.annotations.Nullable;

/**
 * Decides which incidents are told, and when. What begins waits half a minute for more of its kind, and an alarm for a
 * second look that finds it; what grows is told every five minutes
 * at most; what lasts is told again at long intervals. Nothing is told again while the message before it was not delivered.
 */
final class Teller {
    static final Duration GATHERING = Duration.ofSeconds(30);
    static final Duration BETWEEN = Duration.ofMinutes(5);
    /** While one of these lasts, the others follow from it. */
    private static final List<String> OUTAGES = List.of(
            Alarm.Code.BACKUP_DIRECTORY_UNAVAILABLE.name(),
            Alarm.Code.PIPELINE_STOPPED.name(),
            Alarm.Code.NOT_SCANNED.name());

    private static final String FOLLOWS = Alarm.Code.ARCHIVES_WAITING.name();

    private final Notices notices;
    private final LedgerView view;
    private final List<String> channels;
    private final @Nullable Duration repeat;
    private final String host;
    private final Clock clock;

    /**
     * @param channels the names of those that get each message
     * @param repeat null for never
     */
    Teller(Ledger ledger, List<String> channels, @Nullable Duration repeat, String host, Clock clock) {
        this.notices = ledger.notices();
        this.view = ledger.view();
        this.channels = List.copyOf(channels);
        this.repeat = repeat;
        this.host = host;
        this.clock = clock;
    }

    /**
     * Puts into the outbox what is due.
     *
     * @param seen a status that was not given before; null leaves open what is over
     */
    void tell(StatusLook.@Nullable Seen seen) throws LedgerException {
        if (seen != null) {
            for (Alarm alarm : seen.status().alarms()) {
                Optional<Incident> begun = Kinds.incident(alarm, clock.millis());
                if (begun.isPresent()) {
                    notices.begin(begun.get());
                }
            }
        }
        List<Incident> incidents = notices.incidents();
        if (incidents.isEmpty()) {
            return;
        }
        Set<String> undelivered = notices.waiting();
        boolean outage = incidents.stream().anyMatch(incident -> OUTAGES.contains(incident.code()));
        for (Incident incident : incidents) {
            if (seen != null && isOver(incident, seen)) {
                end(incident);
            } else if (!undelivered.contains(incident.name())
                    && !(outage && incident.code().equals(FOLLOWS))) {
                Optional<Event> due = due(incident, seen);
                if (due.isPresent()) {
                    put(incident, incident.told(clock.millis()), due.get());
                }
            }
        }
    }

    /** Begins the incident of a status that cannot be had. */
    void statusUnknown() throws LedgerException {
        notices.begin(Kinds.statusUnknown(clock.millis()));
    }

    /** What was queued again after a failure is neither failed nor off-site: its incident lasts until it is. */
    private boolean isOver(Incident incident, StatusLook.Seen seen) throws LedgerException {
        return seen.knew(incident)
                && Kinds.isOver(incident, seen.status())
                && !(Kinds.isQueuedAgain(incident) && view.underWay(incident.driver(), incident.last()));
    }

    /** What two looks in a row did not find was never told, and has no end either. */
    private void end(Incident incident) throws LedgerException {
        if (incident.kind().equals(Kinds.ALARM) && !incident.isTold()) {
            notices.tell(incident, null, List.of());
        } else {
            put(incident, null, Event.ENDED);
        }
    }

    private Optional<Event> due(Incident incident, StatusLook.@Nullable Seen seen) {
        if (!incident.isTold()) {
            boolean gathered = isPast(incident.since(), GATHERING);
            boolean lasts = !incident.kind().equals(Kinds.ALARM)
                    || incident.code().equals(Kinds.STATUS_UNKNOWN)
                    || (seen != null && seen.knew(incident) && Kinds.isRaised(incident.code(), seen.status()));
            return gathered && lasts ? Optional.of(Event.BEGAN) : Optional.empty();
        }
        if (incident.facts() > incident.toldFacts() && isPast(incident.toldAt(), BETWEEN)) {
            return Optional.of(Event.GREW);
        }
        return repeat != null && isPast(incident.toldAt(), repeat) && stillSeen(incident, seen)
                ? Optional.of(Event.LASTS)
                : Optional.empty();
    }

    /** Returns whether a status has just shown that an incident lasts: what only waits for its copies is not reminded of. */
    private static boolean stillSeen(Incident incident, StatusLook.@Nullable Seen seen) {
        return incident.code().equals(Kinds.STATUS_UNKNOWN) || (seen != null && !Kinds.isOver(incident, seen.status()));
    }

    /** Returns whether a pause is over; also where its beginning lies ahead, since the clock was put back. */
    private boolean isPast(long begun, Duration pause) {
        long age = clock.millis() - begun;
        return age < 0 || age >= pause.toMillis();
    }

    private void put(Incident incident, @Nullable Incident told, Event event) throws LedgerException {
        String body = Wording.of(incident, event, host, clock.instant()).json();
        notices.tell(incident, told, notices(incident.name(), "msg_" + UUID.randomUUID(), body));
    }

    /** Puts a message about no incident into the outbox. */
    void put(String id, Message message) throws LedgerException {
        notices.put(notices("", id, message.json()));
    }

    private List<Notice> notices(String incident, String id, String body) {
        return channels.stream()
                .map(channel -> Notice.of(id, channel, incident, body, clock.millis()))
                .toList();
    }
}
