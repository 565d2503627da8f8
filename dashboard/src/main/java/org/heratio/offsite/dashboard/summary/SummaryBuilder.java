package org.heratio.offsite.dashboard.summary;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.heratio.offsite.dashboard.http.Problem;
import org.heratio.offsite.dashboard.http.ProblemException;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Overview;
import org.heratio.offsite.ledger.Retries;
import org.jspecify.annotations.Nullable;

/** Makes the summary of a snapshot. Does not block. */
public final class SummaryBuilder {
    private static final int SHOWN = 20;
    private static final int MINUTES = 60;

    private final Map<String, String> descriptions;
    private final Set<String> elsewhere;
    private final Function<Instant, Summary.Server> server;
    private final NextRuns nextRuns;
    private final Clock clock;

    /** When the schedules run next. */
    public interface NextRuns {
        /** Returns null where no scan is scheduled. */
        @Nullable
        Instant scan(Instant after);

        /** Returns null where no sweep is scheduled. */
        @Nullable
        Instant sweep(Instant after);
    }

    /**
     * @param descriptions of the destinations, by driver, in the order of the settings
     * @param elsewhere the destinations whose copies survive the loss of this host
     */
    public SummaryBuilder(
            Map<String, String> descriptions,
            Set<String> elsewhere,
            Function<Instant, Summary.Server> server,
            NextRuns nextRuns,
            Clock clock) {
        this.descriptions = new LinkedHashMap<>(descriptions);
        this.elsewhere = Set.copyOf(elsewhere);
        this.server = server;
        this.nextRuns = nextRuns;
        this.clock = clock;
    }

    /** Returns the summary. Fails with a problem while the ledger has never answered. */
    public Summary of(Snapshot snapshot) {
        Facts facts = snapshot.facts();
        if (facts == null) {
            throw new ProblemException(new Problem(
                    503,
                    "NO_SNAPSHOT",
                    "Nothing is known yet",
                    Objects.requireNonNullElse(snapshot.ledger().error(), "the first look at the ledger is under way"),
                    "it is tried again by itself"));
        }
        Instant now = clock.instant();
        List<String> drivers = List.copyOf(descriptions.keySet());
        List<Findings.Finding> findings = Findings.in(snapshot, drivers, now);
        List<Summary.DestinationCard> cards = drivers.stream()
                .map(driver -> card(snapshot, facts, driver, findings, now))
                .toList();
        return new Summary(
                facts.at(),
                server.apply(now),
                verdict(findings, cards, facts),
                snapshot.ledger(),
                snapshot.broker(),
                cards,
                threeTwoOne(facts, drivers),
                findings.stream()
                        .filter(finding -> finding.count() > 0)
                        .map(SummaryBuilder::need)
                        .toList(),
                stages(snapshot, facts),
                snapshot.transfers().stream()
                        .limit(SHOWN)
                        .map(transfer -> moving(transfer, facts))
                        .toList(),
                snapshot.transfers().size(),
                throughput(facts),
                facts.status().lastScan(),
                nextRuns.scan(now),
                new Summary.Archives(facts.archives(), facts.safeAt(drivers.size()), facts.failedArchives()));
    }

    private static Summary.Need need(Findings.Finding finding) {
        return new Summary.Need(
                finding.code(),
                finding.driver(),
                finding.count(),
                finding.text(),
                finding.hint(),
                finding.command(),
                finding.link());
    }

    private static Summary.Verdict verdict(
            List<Findings.Finding> findings, List<Summary.DestinationCard> cards, Facts facts) {
        Level level = Level.SAFE;
        for (Findings.Finding finding : findings) {
            level = level.and(finding.level());
        }
        long safe = cards.stream().filter(card -> card.level() == Level.SAFE).count();
        String first = findings.stream()
                .max((a, b) -> a.level().compareTo(b.level()))
                .map(Findings.Finding::text)
                .orElse("");
        String sentence = switch (level) {
            case SAFE ->
                facts.safeAt(cards.size()) + " of " + Findings.counted(facts.archives(), "archive")
                        + (facts.archives() == 1 ? " is" : " are") + " safe at "
                        + (cards.size() == 1 ? "the destination" : "all " + cards.size() + " destinations");
            case ATTENTION, UNSAFE ->
                safe + " of " + Findings.counted(cards.size(), "destination") + (cards.size() == 1 ? " is" : " are")
                        + " safe; " + first;
            case UNKNOWN -> "The state is not known: " + first;
        };
        return new Summary.Verdict(
                level,
                sentence,
                findings.stream()
                        .map(finding -> new Summary.Reason(
                                finding.code(), finding.level(), finding.text(), finding.hint(), finding.command()))
                        .toList());
    }

    private Summary.DestinationCard card(
            Snapshot snapshot, Facts facts, String driver, List<Findings.Finding> findings, Instant now) {
        Level level = Level.SAFE;
        String worst = null;
        for (Findings.Finding finding : findings) {
            boolean concerns = driver.equals(finding.driver()) || finding.level() == Level.UNKNOWN;
            if (concerns && (worst == null || finding.level().compareTo(level) > 0)) {
                worst = finding.text();
            }
            level = concerns ? level.and(finding.level()) : level;
        }
        Overview.Heads heads = Objects.requireNonNull(facts.heads().get(driver), driver);
        if (level == Level.SAFE && heads.newestSafe() == null) {
            level = Level.ATTENTION;
            worst = "No archive is safe here yet";
        }
        long verified = facts.copies(driver, CopyState.VERIFIED);
        return new Summary.DestinationCard(
                driver,
                descriptions.getOrDefault(driver, driver),
                level,
                worst == null
                        ? Findings.counted(verified, "copy") + (verified == 1 ? " was" : " were") + " read back and "
                                + (verified == 1 ? "is" : "are") + " right"
                        : worst,
                newest(heads.newestSafe()),
                facts.copies(driver, CopyState.PENDING),
                time(heads.oldestWaiting()),
                time(heads.oldestProof()),
                facts.weakAt(driver).failing(),
                facts.copies(driver, CopyState.CORRUPT),
                facts.copies(driver, CopyState.MISSING),
                verified + facts.copies(driver, CopyState.REPLICATED),
                verified,
                paused(outage(snapshot, facts, driver)),
                time(heads.lastShipped()),
                nextRuns.sweep(now));
    }

    private static Summary.@Nullable Paused paused(Retries.@Nullable Outage outage) {
        return outage == null ? null : new Summary.Paused(Instant.ofEpochMilli(outage.since()), outage.reason());
    }

    private static Summary.@Nullable NewestSafe newest(Overview.@Nullable Newest newest) {
        return newest == null
                ? null
                : new Summary.NewestSafe(
                        newest.path(),
                        Instant.ofEpochMilli(newest.landedAt()),
                        Instant.ofEpochMilli(newest.provedAt()));
    }

    static @Nullable Instant time(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }

    /**
     * Counts the archive itself, and of the destinations as many as the archive with the fewest has. A place elsewhere counts only if it
     * has a safe copy of each archive.
     */
    private Summary.ThreeTwoOne threeTwoOne(Facts facts, List<String> drivers) {
        int fewest = facts.safeCopies().keySet().stream().min(Integer::compare).orElse(0);
        int copies = facts.archives() == 0 ? 0 : 1 + fewest;
        int offsite = (int) drivers.stream()
                .filter(driver -> elsewhere.contains(driver) && facts.hasAll(driver))
                .count();
        int media = fewest == 0 ? Math.min(copies, 1) : 1 + Math.min(fewest, drivers.size());
        boolean met = copies >= 3 && media >= 2 && offsite >= 1;
        return new Summary.ThreeTwoOne(
                copies,
                media,
                offsite,
                met,
                copies == 0
                        ? "There is no archive yet"
                        : "Each archive has " + (copies == 1 ? "1 copy" : "at least " + copies + " copies")
                                + ", the local one included, and " + Findings.counted(offsite, "destination")
                                + " elsewhere");
    }

    private List<Summary.Stage> stages(Snapshot snapshot, Facts facts) {
        List<Queues.Depth> queues = snapshot.queues();
        if (queues == null) {
            return Queues.names(descriptions.keySet()).stream()
                    .map(name -> new Summary.Stage(
                            name.stage(),
                            name.shownDriver(),
                            null,
                            null,
                            retrying(name, facts),
                            null,
                            null,
                            isPaused(snapshot, name, facts)))
                    .toList();
        }
        return queues.stream()
                .map(queue -> new Summary.Stage(
                        queue.name().stage(),
                        queue.name().shownDriver(),
                        queue.waiting(),
                        snapshot.transfers().stream()
                                .filter(transfer ->
                                        transfer.stage().equals(queue.name().label()))
                                .count(),
                        retrying(queue.name(), facts),
                        queue.dead(),
                        queue.consumers(),
                        isPaused(snapshot, queue.name(), facts)))
                .toList();
    }

    /** Returns how many pieces of work wait for their next attempt; null for a stage whose attempts the ledger does not know. */
    private static @Nullable Long retrying(Queues.Name name, Facts facts) {
        String driver = name.driver();
        return switch (name.stage()) {
            case "encryptor" -> facts.retrying().versions();
            case "uploader" -> facts.retrying().copies(driver, CopyState.PENDING);
            case "verifier" -> driver.isEmpty() ? null : facts.retrying().copies(driver, CopyState.REPLICATED);
            case "sweep" -> driver.isEmpty() ? null : facts.retrying().copies(driver, CopyState.VERIFIED);
            default -> null;
        };
    }

    private static boolean isPaused(Snapshot snapshot, Queues.Name name, Facts facts) {
        return name.stage().equals("uploader") && outage(snapshot, facts, name.driver()) != null;
    }

    /** Returns null also for a destination that takes an upload now: that may last for hours, and only its end is in the ledger. */
    private static Retries.@Nullable Outage outage(Snapshot snapshot, Facts facts, String driver) {
        boolean uploads = snapshot.transfers().stream()
                .anyMatch(transfer -> transfer.stage().equals("uploader:" + driver));
        return uploads ? null : facts.outages().get(driver);
    }

    private static Summary.Moving moving(Transfers.Transfer transfer, Facts facts) {
        long rate = transfer.rate();
        String stage = transfer.stage().toLowerCase(Locale.ROOT);
        return new Summary.Moving(
                stage.startsWith("uploader") ? "upload" : stage.startsWith("verifier") ? "verify" : "encrypt",
                facts.paths().get(transfer.versionId()),
                transfer.driver().isEmpty() ? null : transfer.driver(),
                transfer.done(),
                transfer.total(),
                rate == 0 ? null : rate,
                rate == 0 ? null : Math.max(0, transfer.total() - transfer.done()) / rate,
                Instant.ofEpochMilli(transfer.since()));
    }

    /** Returns each of the last minutes, those without traffic too. */
    private static List<Summary.Minute> throughput(Facts facts) {
        Map<Long, Overview.Minute> known = new LinkedHashMap<>();
        facts.traffic().forEach(minute -> known.put(minute.at(), minute));
        long minute = Duration.ofMinutes(1).toMillis();
        long last = facts.at().toEpochMilli() / minute * minute;
        List<Summary.Minute> all = new ArrayList<>();
        for (int i = MINUTES - 1; i >= 0; i--) {
            long at = last - i * minute;
            Overview.Minute traffic = known.getOrDefault(at, new Overview.Minute(at, 0, 0));
            all.add(new Summary.Minute(Instant.ofEpochMilli(at), traffic.shippedBytes(), traffic.readBackBytes()));
        }
        return all;
    }
}
