package org.heratio.offsite.watcher;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.HeratioClaims;
import org.heratio.offsite.ledger.KnownArchive;
import org.heratio.offsite.ledger.Versions;

/** Decides what a scan does with each archive, by what the ledger knows of it. The ledger learns {@link ChangeTimes} from it, and no more. */
final class ScanPlanner {
    private final Versions versions;
    private final HeratioClaims claims;
    private final ChangeTimes changeTimes;

    ScanPlanner(Versions versions, HeratioClaims claims) {
        this.versions = versions;
        this.claims = claims;
        this.changeTimes = new ChangeTimes(versions);
    }

    /** Returns one entry for each archive that was found. */
    List<PlannedArchive> plan(ScanRequested request, List<Candidate> found) throws FailureException {
        Map<String, KnownArchive> known = versions.newest(
                found.stream().map(archive -> archive.archive().path()).toList());
        changeTimes.learn(found, known);
        Map<String, ScanDecision> decisions = new HashMap<>();
        for (Candidate archive : found) {
            String path = archive.archive().path();
            decisions.put(path, ScanDecision.of(archive, known.get(path), request));
        }
        Set<String> withheld = withheld(request, known, decisions);
        List<PlannedArchive> plan = new ArrayList<>(found.size());
        for (Candidate archive : found) {
            String path = archive.archive().path();
            KnownArchive before = known.get(path);
            ScanDecision decision = Objects.requireNonNull(decisions.get(path));
            if (withheld.contains(path)) {
                decision = ScanDecision.withheld(request);
            }
            long versionId = before == null || decision == ScanDecision.SETTLE ? 0 : before.versionId();
            plan.add(new PlannedArchive(archive, decision, versionId));
        }
        return plan;
    }

    /**
     * Returns the archives that get no new copy although a destination is new to them: Heratio's rows say that it shipped them there, and
     * nobody could look yet. A scan finds them every minute, and one question for each destination is enough for all.
     */
    private Set<String> withheld(
            ScanRequested request, Map<String, KnownArchive> known, Map<String, ScanDecision> decisions)
            throws FailureException {
        Map<String, Set<String>> missing = new HashMap<>();
        decisions.forEach((path, decision) -> {
            KnownArchive before = known.get(path);
            if (decision == ScanDecision.ADD_DESTINATION && before != null) {
                request.drivers().stream()
                        .filter(driver -> !before.copies().containsKey(driver))
                        .forEach(driver -> missing.computeIfAbsent(driver, any -> new HashSet<>())
                                .add(path));
            }
        });
        Set<String> withheld = new HashSet<>();
        missing.values().forEach(withheld::addAll);
        for (Map.Entry<String, Set<String>> each : missing.entrySet()) {
            Set<String> there = claims.withheld(each.getKey(), each.getValue());
            withheld.removeIf(path -> each.getValue().contains(path) && !there.contains(path));
        }
        return withheld;
    }
}
