package org.heratio.offsite.operations.keys;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.event.Event;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.Look;
import org.heratio.offsite.ledger.EncryptedCopies;
import org.heratio.offsite.ledger.EncryptedCopy;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.PendingWork;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.openpgp.Misreading;
import org.heratio.offsite.stage.EventPublisher;
import org.heratio.offsite.stage.PendingEvents;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds copies that an earlier build encrypted with a misread passphrase (ADR 61), by the key ids of the ledger: nothing is fetched. Blocks;
 * used by one thread, for one examination or run.
 */
public final class MisreadCopies {
    static final String HINT =
            "run 'offsite replicate', which ships such archives again; 'offsite restore' opens the copy until then";
    private static final String HINT_WITHOUT_ARCHIVE =
            "keep the passphrase that is set: 'offsite restore' opens them with it; for gpg see 'Copies that gpg does not open'"
                    + " in docs/restore.md";
    private static final Logger LOG = LoggerFactory.getLogger(MisreadCopies.class);

    private final Settings.Encryption encryption;
    private final List<String> drivers;
    private final BackupDirectory backups;
    private final String installationId;
    private final EncryptedCopies encryptedCopies;
    private final PendingWork pendingWork;
    private final EventPublisher publisher;
    private @Nullable Map<String, Misreading> knownKeys;

    public MisreadCopies(Settings settings, Ledger ledger, EventPublisher publisher) {
        this.encryption = settings.encryption();
        this.drivers = settings.drivers();
        this.backups = new BackupDirectory(settings.paths().backups());
        this.installationId = ledger.installationId();
        this.encryptedCopies = ledger.encryptedCopies();
        this.pendingWork = ledger.pendingWork();
        this.publisher = publisher;
    }

    /** Some copies at one destination that share a remedy. */
    public record Finding(String text, String hint) {}

    private record Misread(EncryptedCopy copy, Misreading way, Look archive) {}

    /** Returns one finding for each destination and remedy; empty when no copy is known to be like that. */
    public List<Finding> findings() throws LedgerException {
        Map<String, List<Misread>> groups = new LinkedHashMap<>();
        for (Misread misread : find()) {
            groups.computeIfAbsent(
                            misread.copy.copy().driver() + misread.archive + misread.way, group -> new ArrayList<>())
                    .add(misread);
        }
        return groups.values().stream().map(MisreadCopies::finding).toList();
    }

    private static Finding finding(List<Misread> group) {
        Misread first = group.get(0);
        String text = group.size() + (group.size() == 1 ? " copy at " : " copies at ")
                + first.copy.copy().driver()
                + " open" + (group.size() == 1 ? "s" : "")
                + " only with the passphrase as an earlier build misread it from its environment (" + first.way
                + "), not with the one that was typed; the first: "
                + first.copy.copy().remotePath();
        return switch (first.archive) {
            case THERE -> new Finding(text, HINT);
            case NOT_THERE -> new Finding(text + "; the archive is no longer here", HINT_WITHOUT_ARCHIVE);
            case UNKNOWN -> new Finding(text + "; the archive cannot be looked at now", HINT);
        };
    }

    /** Writes the findings to the log. */
    public void log() throws LedgerException {
        for (Finding finding : findings()) {
            LOG.error(
                    "MISREAD PASSPHRASE: {}",
                    new Failure(ErrorCode.PASSPHRASE_WRONG, finding.text, finding.hint).oneLine());
        }
    }

    /**
     * Ships those again whose archives are still here, beside the copies that are there. Does nothing without a passphrase.
     *
     * @return the number of copies
     */
    public int shipAgain() throws FailureException, InterruptedException {
        if (encryption.passphrase() == null) {
            return 0;
        }
        Set<Long> versions = new HashSet<>();
        int copies = 0;
        for (Misread misread : find()) {
            if (misread.archive == Look.THERE
                    && drivers.contains(misread.copy.copy().driver())
                    && encryptedCopies.shipBeside(misread.copy)) {
                versions.add(misread.copy.version().id());
                copies++;
            }
        }
        for (long version : versions) {
            for (Event event : PendingEvents.of(pendingWork.ofVersion(version, drivers))) {
                publisher.publish(List.of(event));
            }
        }
        return copies;
    }

    private List<Misread> find() throws LedgerException {
        Map<String, Misreading> ways = knownKeys == null ? misreadKeys() : knownKeys;
        knownKeys = ways;
        List<Misread> found = new ArrayList<>();
        for (EncryptedCopy copy : encryptedCopies.copiesOf(ways.keySet())) {
            Misreading way = ways.get(copy.keyId());
            if (way != null) {
                found.add(new Misread(copy, way, look(copy.version())));
            }
        }
        return found;
    }

    /** By key id, those that copies have. Deriving ids takes a second: nothing is derived where every copy has the present one. */
    private Map<String, Misreading> misreadKeys() throws LedgerException {
        List<Keys.Misread> candidates = Keys.misread(encryption);
        Set<String> inUse = new HashSet<>(encryptedCopies.counts().keySet());
        inUse.remove("");
        if (candidates.isEmpty() || inUse.isEmpty()) {
            return Map.of();
        }
        if (encryption.passphrase() != null) {
            inUse.remove(Keys.idOf(encryption.passphrase(), installationId));
        }
        Map<String, Misreading> ways = new HashMap<>();
        for (Keys.Misread candidate : candidates) {
            if (ways.size() == inUse.size()) {
                break;
            }
            String id = candidate.id(installationId);
            if (inUse.contains(id)) {
                ways.putIfAbsent(id, candidate.way());
            }
        }
        return ways;
    }

    private Look look(Version version) {
        try {
            Path file = backups.resolve(version.path());
            if (!Look.exists(file)) {
                return Look.NOT_THERE;
            }
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            boolean same = now.isRegularFile()
                    && now.size() == version.size()
                    && now.lastModifiedTime().to(TimeUnit.NANOSECONDS) == version.mtimeNanos();
            return same ? Look.THERE : Look.NOT_THERE;
        } catch (FailureException e) {
            return Look.NOT_THERE; // it is outside the backup directory
        } catch (IOException e) {
            return Look.UNKNOWN;
        }
    }
}
