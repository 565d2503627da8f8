package org.heratio.offsite.dashboard.summary;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.operations.status.Alarm;

/** Findings from {@code offsite status} that the page does not have itself. With them, its verdict is never better. */
final class StatusFindings {
    /** The findings by which the page tells of an alarm, where their codes differ. */
    private static final Map<Alarm.Code, Set<String>> TOLD_AS = Map.of(
            Alarm.Code.COPIES_DAMAGED, Set.of("DAMAGED"),
            Alarm.Code.PLACES_UNREADABLE, Set.of("UNREADABLE"),
            Alarm.Code.PROOFS_DOUBTED, Set.of("PROOFS_WEAK"),
            Alarm.Code.PROOFS_OLD, Set.of("PROOFS_WEAK"),
            Alarm.Code.PROOFS_FAILING, Set.of("PROOFS_WEAK"),
            // before the first archive, that there is none says both
            Alarm.Code.LEDGER_UNUSED, Set.of("NO_ARCHIVES"),
            Alarm.Code.BACKUP_DIRECTORY_EMPTY, Set.of("NO_ARCHIVES"));

    private StatusFindings() {}

    /** Returns the alarms of a status that no finding tells of. */
    static List<Findings.Finding> untold(List<Findings.Finding> told, List<Alarm> alarms) {
        return alarms.stream()
                .filter(alarm -> told.stream().noneMatch(finding -> tells(finding, alarm)))
                .map(StatusFindings::of)
                .toList();
    }

    private static boolean tells(Findings.Finding finding, Alarm alarm) {
        return finding.code().equals(alarm.code().name())
                || TOLD_AS.getOrDefault(alarm.code(), Set.of()).contains(finding.code());
    }

    private static Findings.Finding of(Alarm alarm) {
        Level level = switch (alarm.severity()) {
            case WARNING -> Level.ATTENTION;
            case CRITICAL -> Level.UNSAFE;
        };
        String hint = alarm.hint();
        return new Findings.Finding(
                alarm.code().name(),
                level,
                null,
                1,
                Findings.sentence(alarm.text()),
                hint == null ? null : Findings.sentence(hint),
                "offsite status",
                null);
    }

    /** Returns the damage at destinations that are no longer configured, as information: it does not change the verdict. */
    static List<Findings.Finding> leftBehind(Facts facts, List<String> drivers) {
        return facts.copies().keySet().stream()
                .filter(driver -> !drivers.contains(driver) && damaged(facts, driver) > 0)
                .sorted()
                .map(driver -> new Findings.Finding(
                        "NOT_CONFIGURED",
                        Level.SAFE,
                        driver,
                        0,
                        driver + " is not configured now: of the copies there, " + damaged(facts, driver)
                                + (damaged(facts, driver) == 1 ? " is" : " are") + " corrupt, missing or given up",
                        null,
                        "offsite status",
                        null))
                .toList();
    }

    private static long damaged(Facts facts, String driver) {
        return facts.copies(driver, CopyState.CORRUPT)
                + facts.copies(driver, CopyState.MISSING)
                + facts.copies(driver, CopyState.FAILED);
    }
}
