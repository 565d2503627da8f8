package org.heratio.offsite.dashboard.summary;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Overview;
import org.heratio.offsite.operations.status.Alarm;
import org.jspecify.annotations.Nullable;

/** Finds what is not as it should be in a snapshot: each with its level, what to do, and the command that does it. */
final class Findings {
    private static final Duration SLOW = Duration.ofHours(1);
    private static final Duration UNPROVED = Duration.ofHours(26);

    private final Snapshot snapshot;
    private final Instant now;
    private final List<Finding> found = new ArrayList<>();

    /**
     * One of them.
     *
     * @param driver null for one of no single destination
     * @param count 0 where nothing is counted
     */
    record Finding(
            String code,
            Level level,
            @Nullable String driver,
            long count,
            String text,
            @Nullable String hint,
            @Nullable String command,
            @Nullable String link) {}

    private Findings(Snapshot snapshot, Instant now) {
        this.snapshot = snapshot;
        this.now = now;
    }

    static List<Finding> in(Snapshot snapshot, List<String> drivers, Instant now) {
        Findings findings = new Findings(snapshot, now);
        findings.servers();
        Facts facts = snapshot.facts();
        if (facts != null) {
            findings.archives(facts);
            findings.standstill(facts);
            findings.notifier(facts);
            drivers.forEach(driver -> findings.destination(facts, driver));
            findings.found.addAll(
                    StatusFindings.untold(findings.found, facts.status().alarms()));
            findings.found.addAll(StatusFindings.leftBehind(facts, drivers));
        }
        findings.letters();
        return List.copyOf(findings.found);
    }

    private void add(
            String code,
            Level level,
            @Nullable String driver,
            long count,
            String text,
            @Nullable String hint,
            @Nullable String command,
            @Nullable String link) {
        found.add(new Finding(code, level, driver, count, text, hint, command, link));
    }

    private void servers() {
        if (!snapshot.ledger().up()) {
            add(
                    "LEDGER_DOWN",
                    Level.UNKNOWN,
                    null,
                    0,
                    "The ledger does not answer: " + snapshot.ledger().error(),
                    "Look at its database. The pipeline waits for it and continues by itself.",
                    "offsite doctor",
                    null);
        }
        if (!snapshot.broker().up()) {
            add(
                    "BROKER_DOWN",
                    Level.ATTENTION,
                    null,
                    0,
                    "The queues do not answer: " + snapshot.broker().error(),
                    "Look at RabbitMQ. What is safe stays safe; nothing moves meanwhile.",
                    "offsite doctor",
                    null);
        }
    }

    private void archives(Facts facts) {
        long failed = facts.failedArchives();
        if (failed > 0) {
            add(
                    "ARCHIVES_FAILED",
                    Level.UNSAFE,
                    null,
                    failed,
                    counted(failed, "archive") + " could not be prepared for shipping",
                    "Read why in the history, mend it, and replicate again.",
                    "offsite history --status failed",
                    "#/history?status=failed");
        }
        if (facts.unreadable() > 0) {
            add(
                    "UNREADABLE",
                    Level.UNSAFE,
                    null,
                    facts.unreadable(),
                    counted(facts.unreadable(), "place") + " in the backup directory cannot be read",
                    "Let the user of offsite read them. Archives may be in them.",
                    "offsite status",
                    null);
        }
        if (facts.archives() == 0) {
            add(
                    "NO_ARCHIVES",
                    Level.ATTENTION,
                    null,
                    0,
                    "No archive has been seen yet",
                    "Check HERATIO_BACKUPS_PATH, and that backups are made.",
                    "offsite doctor",
                    null);
        }
    }

    /** Adds that nothing goes on at all. Before the first archive, that there is none says it. */
    private void standstill(Facts facts) {
        for (Alarm alarm : facts.status().alarms()) {
            boolean told = facts.archives() == 0
                    && (alarm.code() == Alarm.Code.LEDGER_UNUSED || alarm.code() == Alarm.Code.BACKUP_DIRECTORY_EMPTY);
            boolean ofDirectory = alarm.code() == Alarm.Code.BACKUP_DIRECTORY_UNAVAILABLE;
            if ((alarm.ofStandstill() || ofDirectory) && !told) {
                boolean unknown =
                        alarm.code() == Alarm.Code.NOT_SCANNED && facts.status().lastScan() == null;
                add(
                        alarm.code().name(),
                        unknown ? Level.UNKNOWN : Level.UNSAFE,
                        null,
                        0,
                        sentence(alarm.text()),
                        alarm.hint() == null ? null : sentence(alarm.hint()),
                        "offsite status",
                        null);
            }
        }
    }

    /** Adds each channel by which people are not told of what is wrong. */
    private void notifier(Facts facts) {
        facts.status().alarms().stream()
                .filter(alarm -> alarm.code() == Alarm.Code.NOTIFIER_FAILING)
                .forEach(alarm -> add(
                        alarm.code().name(),
                        Level.ATTENTION,
                        null,
                        1,
                        sentence(alarm.text()),
                        alarm.hint() == null ? null : sentence(alarm.hint()),
                        "offsite notify test",
                        "#/notifications"));
    }

    static String sentence(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    private void destination(Facts facts, String driver) {
        damage(facts, driver);
        Overview.Heads heads =
                facts.heads().getOrDefault(driver, new Overview.Heads(null, null, null, null, null, null, null));
        Long waiting = heads.oldestWaiting();
        Duration limit = facts.waitLimit();
        if (waiting != null && age(waiting).compareTo(SLOW) > 0) {
            long pending = facts.copies(driver, CopyState.PENDING);
            add(
                    "WAITING",
                    limit != null && age(waiting).compareTo(limit) > 0 ? Level.UNSAFE : Level.ATTENTION,
                    driver,
                    pending,
                    driver + ": " + counted(pending, "archive") + waitingSince(pending, waiting),
                    "Look at the destination and at the log of its uploader.",
                    "offsite doctor",
                    null);
        }
        Long unverified = heads.oldestUnverified();
        if (unverified != null && age(unverified).compareTo(UNPROVED) > 0) {
            long unproved = facts.copies(driver, CopyState.REPLICATED);
            add(
                    "UNVERIFIED",
                    Level.ATTENTION,
                    driver,
                    unproved,
                    driver + ": " + counted(unproved, "copy") + were(unproved) + " not read back, the first since "
                            + at(unverified),
                    "Check that a verifier runs.",
                    "offsite verify-integrity",
                    null);
        }
        proofs(facts, driver);
    }

    private void damage(Facts facts, String driver) {
        long damaged = facts.copies(driver, CopyState.CORRUPT) + facts.copies(driver, CopyState.MISSING);
        if (damaged > 0) {
            add(
                    "DAMAGED",
                    Level.UNSAFE,
                    driver,
                    damaged,
                    driver + ": " + counted(damaged, "copy") + are(damaged) + " corrupt or missing",
                    "Repairs are automatic unless BACKUP_OFFSITE_REPAIR=manual. Find out who changes the destination.",
                    "offsite replicate --driver " + driver,
                    "#/journal?kind=damaged");
        }
        long failed = facts.failedCopies(driver);
        if (failed > 0) {
            add(
                    "COPIES_FAILED",
                    Level.UNSAFE,
                    driver,
                    failed,
                    driver + ": " + counted(failed, "copy") + were(failed) + " given up",
                    "Read why in the history, mend it, and replicate again.",
                    "offsite replicate --driver " + driver,
                    "#/history?status=failed&driver=" + driver);
        }
    }

    private void proofs(Facts facts, String driver) {
        Overview.Weak weak = facts.weakAt(driver);
        long bad = weak.doubted() + weak.stale();
        if (bad > 0) {
            add(
                    "PROOFS_WEAK",
                    Level.UNSAFE,
                    driver,
                    bad,
                    driver + ": " + counted(bad, "copy") + " could not be read back, or not for too long",
                    "Check that sweeps run and that the destination can be read.",
                    "offsite verify-integrity --all",
                    null);
        } else if (weak.failing() > 0) {
            add(
                    "PROOFS_FAILING",
                    Level.ATTENTION,
                    driver,
                    weak.failing(),
                    driver + ": " + counted(weak.failing(), "copy") + " could not be read back at the last attempt",
                    "It is tried again.",
                    "offsite doctor",
                    null);
        }
    }

    private void letters() {
        List<Queues.Depth> queues = snapshot.queues();
        if (queues == null) {
            return;
        }
        long dead = queues.stream().mapToLong(Queues.Depth::dead).sum();
        if (dead > 0) {
            add(
                    "DEAD_LETTERS",
                    Level.ATTENTION,
                    null,
                    dead,
                    counted(dead, "message") + were(dead) + " given up",
                    "Remove the cause, then replay them.",
                    "offsite dead-letters",
                    "#/stuck");
        }
        for (Queues.Depth queue : queues) {
            if (queue.consumers() == 0 && queue.waiting() > 0) {
                String driver = queue.name().shownDriver();
                String stage = queue.name().stage() + (driver == null ? "" : " of " + driver);
                add(
                        "NO_CONSUMER",
                        Level.ATTENTION,
                        driver,
                        queue.waiting(),
                        counted(queue.waiting(), "message") + are(queue.waiting()) + " waiting, and no " + stage
                                + " runs",
                        "Start the stage. An uploader also stops while its destination is away.",
                        "offsite serve",
                        null);
            }
        }
    }

    private static String are(long count) {
        return count == 1 ? " is" : " are";
    }

    private static String were(long count) {
        return count == 1 ? " was" : " were";
    }

    private Duration age(long at) {
        return Duration.between(Instant.ofEpochMilli(at), now);
    }

    private static String waitingSince(long count, long since) {
        return (count == 1 ? " has been waiting since " : " have been waiting since ") + at(since);
    }

    private static String at(long millis) {
        return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static String counted(long count, String thing) {
        String many = thing.endsWith("y") ? thing.substring(0, thing.length() - 1) + "ies" : thing + "s";
        return count == 1 ? "1 " + thing : count + " " + many;
    }
}
