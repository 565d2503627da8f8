package org.heratio.offsite.app.run;

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
import org.heratio.offsite.ledger.EncryptedCopy;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.openpgp.Misreading;
import org.heratio.offsite.stage.PendingEvents;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies that an earlier build encrypted with a misread passphrase (ADR 61). The key ids of the ledger tell them, so that nothing is
 * fetched. Blocks; used by one thread, for one look or run.
 */
public final class MisreadCopies {
    static final String HINT =
            "run 'offsite replicate', which ships such archives again; 'offsite restore' opens the copy until then";
    private static final String HINT_WITHOUT_ARCHIVE =
            "keep the passphrase that is set: 'offsite restore' opens them with it; for gpg see 'Copies that gpg does not open'"
                    + " in docs/restore.md";
    private static final Logger LOG = LoggerFactory.getLogger(MisreadCopies.class);

    private final Node node;
    private final BackupDirectory backups;
    private @Nullable Map<String, Misreading> knownKeys;

    public MisreadCopies(Node node) {
        this.node = node;
        this.backups = new BackupDirectory(node.settings().paths().backups());
    }

    /** Some of them at one destination, which share a remedy. */
    public record Finding(String text, String hint) {}

    private record Misread(EncryptedCopy copy, Misreading way, boolean archiveIsHere) {}

    /** Returns one finding for each destination and remedy; empty when no copy is known to be like that. */
    public List<Finding> findings() throws LedgerException {
        Map<String, List<Misread>> groups = new LinkedHashMap<>();
        for (Misread misread : find()) {
            groups.computeIfAbsent(
                            misread.copy.copy().driver() + misread.archiveIsHere + misread.way,
                            group -> new ArrayList<>())
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
        return first.archiveIsHere
                ? new Finding(text, HINT)
                : new Finding(text + "; the archive is no longer here", HINT_WITHOUT_ARCHIVE);
    }

    /** The same for the log. */
    void log() throws LedgerException {
        for (Finding finding : findings()) {
            LOG.error(
                    "MISREAD PASSPHRASE: {}",
                    new Failure(ErrorCode.PASSPHRASE_WRONG, finding.text, finding.hint).oneLine());
        }
    }

    /**
     * Has those shipped again whose archives are still here, beside the copies that are there. Does nothing where no passphrase is set.
     *
     * @return how many
     */
    public int shipAgain() throws FailureException, InterruptedException {
        if (node.settings().encryption().passphrase() == null) {
            return 0;
        }
        Set<Long> versions = new HashSet<>();
        int copies = 0;
        for (Misread misread : find()) {
            if (misread.archiveIsHere
                    && node.drivers().contains(misread.copy.copy().driver())
                    && node.ledger().encryptedCopies().shipBeside(misread.copy)) {
                versions.add(misread.copy.version().id());
                copies++;
            }
        }
        for (long version : versions) {
            for (Event event : PendingEvents.of(node.ledger().pendingWork().ofVersion(version, node.drivers()))) {
                node.publish(event);
            }
        }
        return copies;
    }

    private List<Misread> find() throws LedgerException {
        Map<String, Misreading> ways = knownKeys == null ? misreadKeys() : knownKeys;
        knownKeys = ways;
        List<Misread> found = new ArrayList<>();
        for (EncryptedCopy copy : node.ledger().encryptedCopies().copiesOf(ways.keySet())) {
            Misreading way = ways.get(copy.keyId());
            if (way != null) {
                found.add(new Misread(copy, way, isHere(copy.version())));
            }
        }
        return found;
    }

    /** By key id, those that copies have. Deriving ids takes a second: nothing is derived where every copy has the present one. */
    private Map<String, Misreading> misreadKeys() throws LedgerException {
        Settings.Encryption encryption = node.settings().encryption();
        List<Keys.Misread> candidates = Keys.misread(encryption);
        Set<String> inUse =
                new HashSet<>(node.ledger().encryptedCopies().counts().keySet());
        inUse.remove("");
        if (candidates.isEmpty() || inUse.isEmpty()) {
            return Map.of();
        }
        String installation = node.ledger().installationId();
        if (encryption.passphrase() != null) {
            inUse.remove(Keys.idOf(encryption.passphrase(), installation));
        }
        Map<String, Misreading> ways = new HashMap<>();
        for (Keys.Misread candidate : candidates) {
            if (ways.size() == inUse.size()) {
                break;
            }
            String id = candidate.id(installation);
            if (inUse.contains(id)) {
                ways.putIfAbsent(id, candidate.way());
            }
        }
        return ways;
    }

    private boolean isHere(Version version) {
        try {
            Path file = backups.resolve(version.path());
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return now.isRegularFile()
                    && now.size() == version.size()
                    && now.lastModifiedTime().to(TimeUnit.NANOSECONDS) == version.mtimeNanos();
        } catch (FailureException | IOException e) {
            return false;
        }
    }
}
