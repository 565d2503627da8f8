package org.heratio.offsite.operations.notify;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Incident;
import org.heratio.offsite.ledger.JournalEntry;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.operations.status.Alarm;
import org.heratio.offsite.operations.status.Status;

/** The kinds of incidents: which facts begin one, and when it is over. */
final class Kinds {
    static final String ARCHIVE_FAILED = "archive.failed";
    static final String COPY_FAILED = "copy.failed";
    static final String COPY_DAMAGED = "copy.damaged";
    static final String PLACE_UNREADABLE = "place.unreadable";
    /** An alarm of {@code offsite status} that no fact tells of. */
    static final String ALARM = "alarm";

    /** Alarms that count what the journal tells with its archive and its code. */
    private static final Set<Alarm.Code> IN_THE_JOURNAL = Set.of(
            Alarm.Code.ARCHIVES_FAILED,
            Alarm.Code.COPIES_FAILED,
            Alarm.Code.COPIES_DAMAGED,
            Alarm.Code.PLACES_UNREADABLE);

    /** The alarm that no status has: there is none. */
    static final String STATUS_UNKNOWN = "STATUS_UNKNOWN";

    private Kinds() {}

    /** Returns the incident of a status that cannot be had. The next status ends it. */
    static Incident statusUnknown(long now) {
        return Incident.begun(
                ALARM,
                "",
                STATUS_UNKNOWN,
                now,
                "",
                "the status cannot be had, so that failures may go unnoticed: the backup directory may hang, or the ledger");
    }

    /** Returns the incident that begins with a fact; empty if the fact begins none. */
    static Optional<Incident> incident(JournalEntry fact) {
        return switch (fact.kind()) {
            case GIVEN_UP -> Optional.of(of(fact.copyId() == 0 ? ARCHIVE_FAILED : COPY_FAILED, fact));
            case DAMAGED -> Optional.of(of(COPY_DAMAGED, fact));
            case UNREADABLE -> Optional.of(of(PLACE_UNREADABLE, fact));
            case LANDED,
                    SETTLED,
                    SUPERSEDED,
                    SEALED,
                    SAME_BYTES,
                    SHIPPED,
                    ADOPTED,
                    PROVED,
                    DOUBTED,
                    ARCHIVED,
                    REPAIRED,
                    FAILED,
                    REPLAYED,
                    DELETED,
                    REQUESTED,
                    READABLE,
                    NOTIFIED,
                    NOT_NOTIFIED -> Optional.empty();
        };
    }

    private static Incident of(String kind, JournalEntry fact) {
        return Incident.begun(
                kind,
                fact.driver(),
                Objects.requireNonNullElse(fact.code(), ""),
                fact.at(),
                fact.path(),
                Objects.requireNonNullElse(fact.detail(), ""));
    }

    /** Returns the incident of an alarm; empty if the journal tells of it, or it is worth a look and no more. */
    static Optional<Incident> incident(Alarm alarm, long now) {
        boolean told = IN_THE_JOURNAL.contains(alarm.code()) || alarm.severity() != Alarm.Severity.CRITICAL;
        return told
                ? Optional.empty()
                : Optional.of(Incident.begun(ALARM, "", alarm.code().name(), now, "", alarm.text()));
    }

    /** Returns whether a retry takes the failures of an incident away before it has mended any. */
    static boolean isQueuedAgain(Incident incident) {
        return Set.of(ARCHIVE_FAILED, COPY_FAILED, COPY_DAMAGED).contains(incident.kind());
    }

    /** Returns whether a status has nothing of an incident. */
    static boolean isOver(Incident incident, Status status) {
        Map<CopyState, Long> copies = status.copies().getOrDefault(incident.driver(), Map.of());
        return switch (incident.kind()) {
            // a sealed archive whose payload is lost fails with its copies
            case ARCHIVE_FAILED ->
                status.archives().getOrDefault(VersionState.FAILED, 0L) == 0
                        && status.copies().values().stream()
                                .allMatch(states -> states.getOrDefault(CopyState.FAILED, 0L) == 0);
            // a damaged copy whose repair is given up stays damaged, and one that is shipped again may fail
            case COPY_FAILED, COPY_DAMAGED ->
                Stream.of(CopyState.FAILED, CopyState.CORRUPT, CopyState.MISSING)
                        .allMatch(state -> copies.getOrDefault(state, 0L) == 0);
            case PLACE_UNREADABLE -> status.unreadable().total() == 0;
            // with no directory to look at, its alarms are neither found nor gone
            default ->
                !isRaised(incident.code(), status) && !isRaised(Alarm.Code.BACKUP_DIRECTORY_UNAVAILABLE.name(), status);
        };
    }

    /** Returns whether a status has an alarm. */
    static boolean isRaised(String code, Status status) {
        return status.alarms().stream().anyMatch(alarm -> alarm.code().name().equals(code));
    }
}
