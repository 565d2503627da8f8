package org.heratio.offsite.operations.status;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.VersionState;
import org.heratio.offsite.operations.report.UnreadableReport;

/** Turns the numbers of a status into alarms. */
final class Failures {
    private static final String HISTORY = "'offsite history --status failed' says why";

    private Failures() {}

    static List<Alarm> alarms(
            Map<VersionState, Long> archives,
            Map<String, Map<CopyState, Long>> copies,
            WeakProofs proofs,
            UnreadableReport unreadable) {
        List<Alarm> alarms = new ArrayList<>(ofPlaces(unreadable));
        long failed = archives.getOrDefault(VersionState.FAILED, 0L);
        if (failed > 0) {
            alarms.add(Alarm.critical(Alarm.Code.ARCHIVES_FAILED, count(failed, "archive") + " failed", HISTORY));
        }
        copies.forEach((driver, states) -> alarms.addAll(ofCopies(driver, states)));
        alarms.addAll(ofProofs(proofs));
        return alarms;
    }

    private static List<Alarm> ofPlaces(UnreadableReport unreadable) {
        return unreadable.places().stream()
                .limit(1)
                .map(first -> Alarm.critical(
                        Alarm.Code.PLACES_UNREADABLE,
                        count(unreadable.total(), "place") + " cannot be read: " + first.error(),
                        first.hint()))
                .toList();
    }

    private static List<Alarm> ofCopies(String driver, Map<CopyState, Long> states) {
        List<Alarm> alarms = new ArrayList<>();
        long failed = states.getOrDefault(CopyState.FAILED, 0L);
        long damaged = states.getOrDefault(CopyState.CORRUPT, 0L) + states.getOrDefault(CopyState.MISSING, 0L);
        if (failed > 0) {
            alarms.add(Alarm.critical(Alarm.Code.COPIES_FAILED, countCopies(failed) + " failed at " + driver, HISTORY));
        }
        if (damaged > 0) {
            alarms.add(Alarm.critical(
                    Alarm.Code.COPIES_DAMAGED,
                    countCopies(damaged) + (damaged == 1 ? " is" : " are") + " corrupt or missing at " + driver,
                    HISTORY + "; 'offsite verify-integrity' repairs"));
        }
        return alarms;
    }

    private static List<Alarm> ofProofs(WeakProofs proofs) {
        List<Alarm> alarms = new ArrayList<>();
        proofs.doubtedFinding()
                .ifPresent(found -> alarms.add(Alarm.critical(Alarm.Code.PROOFS_DOUBTED, found.text(), found.hint())));
        proofs.failingFinding()
                .ifPresent(found -> alarms.add(Alarm.warning(Alarm.Code.PROOFS_FAILING, found.text(), found.hint())));
        proofs.staleFinding()
                .ifPresent(found -> alarms.add(Alarm.critical(Alarm.Code.PROOFS_OLD, found.text(), found.hint())));
        return alarms;
    }

    private static String countCopies(long number) {
        return number == 1 ? "1 copy" : number + " copies";
    }

    private static String count(long number, String what) {
        return number == 1 ? "1 " + what : number + " " + what + "s";
    }
}
