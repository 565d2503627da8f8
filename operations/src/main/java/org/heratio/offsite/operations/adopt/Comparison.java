package org.heratio.offsite.operations.adopt;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.destination.CopyStream;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.Occupant;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.HeratioTables;
import org.heratio.offsite.ledger.ReplicationRow;
import org.heratio.offsite.ledger.Unreadable;
import org.heratio.offsite.operations.inventory.BackupInventory;
import org.heratio.offsite.text.SystemText;
import org.jspecify.annotations.Nullable;

/** Compares the claims of Heratio's table with the destinations and the backup directory. Changes nothing. Blocks. */
public final class Comparison {
    /** Heratio's table has whole seconds, and the clocks of two hosts may be apart. */
    private static final long TOLERANCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** No zone is farther ahead of UTC, which times are taken for when nobody says anything. */
    private static final long ZONE_NANOS = TimeUnit.HOURS.toNanos(14);

    private final Settings settings;
    private final BackupInventory inventory;
    private final DestinationOpener opener;
    private final boolean read;

    /** @param read reads every copy back, which takes as long as fetching them all */
    public Comparison(Settings settings, BackupInventory inventory, DestinationOpener opener, boolean read) {
        this.settings = settings;
        this.inventory = inventory;
        this.opener = opener;
        this.read = read;
    }

    /**
     * The result of a comparison.
     *
     * @param known rows that the ledger has copies of its own for
     * @param unshipped archives in the backup directory that no row claims at some destination
     * @param unreadable places that could not be read; rows of archives in them count as deleted here
     */
    public record Found(List<Claim> claims, int known, List<ArchiveFile> unshipped, Unreadable unreadable) {
        public Found {
            claims = List.copyOf(claims);
            unshipped = List.copyOf(unshipped);
        }
    }

    /** Compares the rows that the ledger has no copies of. */
    public Found compare(HeratioTables.Claims claims) throws FailureException, ConfigException, InterruptedException {
        BackupInventory.Contents contents = inventory.look();
        Map<String, ArchiveFile> archives = byPath(contents.archives());
        Map<String, List<ReplicationRow>> open = claims.rows().stream()
                .filter(row -> !claims.knows(row))
                .collect(Collectors.groupingBy(ReplicationRow::driver, LinkedHashMap::new, Collectors.toList()));
        List<Claim> judged = new ArrayList<>();
        for (Map.Entry<String, List<ReplicationRow>> at : open.entrySet()) {
            judged.addAll(asFarAsItAnswers(at.getKey(), at.getValue(), archives));
        }
        return new Found(
                judged, claims.rows().size() - judged.size(), unshipped(claims, archives), contents.unreadable());
    }

    /** The rows of one destination alone; the others need not answer, nor have credentials here. */
    List<Claim> judge(String driver, List<ReplicationRow> rows)
            throws FailureException, ConfigException, InterruptedException {
        List<Claim> judged = new ArrayList<>();
        judge(driver, rows, archives(), judged);
        return judged;
    }

    /** The same; what a destination that does not answer holds is UNREACHABLE. */
    List<Claim> asFarAsItAnswers(String driver, List<ReplicationRow> rows)
            throws FailureException, ConfigException, InterruptedException {
        return asFarAsItAnswers(driver, rows, archives());
    }

    private List<Claim> asFarAsItAnswers(String driver, List<ReplicationRow> rows, Map<String, ArchiveFile> archives)
            throws ConfigException, InterruptedException {
        List<Claim> judged = new ArrayList<>();
        try {
            judge(driver, rows, archives, judged);
        } catch (FailureException e) {
            String why = e.failure().oneLine();
            for (ReplicationRow row : rows.subList(judged.size(), rows.size())) {
                judged.add(claim(row, Claim.Verdict.UNREACHABLE, why, null, archives));
            }
        }
        return judged;
    }

    private void judge(String driver, List<ReplicationRow> rows, Map<String, ArchiveFile> archives, List<Claim> judged)
            throws FailureException, ConfigException, InterruptedException {
        if (!settings.drivers().contains(driver)) {
            rows.forEach(row -> judged.add(
                    claim(row, Claim.Verdict.ELSEWHERE, "its destination is not configured", null, archives)));
            return;
        }
        boolean claimed = rows.stream().anyMatch(row -> !row.remotePath().isEmpty());
        try (Destination destination = opener.open(driver, claimed)) {
            Map<String, Stored> stored = list(destination, rows);
            for (ReplicationRow row : rows) {
                judged.add(judge(row, destination, stored, archives));
            }
        }
    }

    private Map<String, ArchiveFile> archives() throws FailureException {
        return byPath(inventory.look().archives());
    }

    private static Map<String, ArchiveFile> byPath(List<ArchiveFile> archives) {
        return archives.stream().collect(Collectors.toMap(ArchiveFile::path, Function.identity(), (a, b) -> a));
    }

    /** Returns what the rows claim, as far as it is there; whatever else the destination lists is not kept. */
    private static Map<String, Stored> list(Destination destination, List<ReplicationRow> rows)
            throws FailureException, InterruptedException {
        Set<String> claimed = new HashSet<>();
        rows.forEach(row -> name(destination, row).ifPresent(claimed::add));
        Map<String, Stored> there = new HashMap<>();
        destination.list(stored -> {
            if (claimed.contains(stored.name())) {
                there.put(stored.name(), stored);
            }
        });
        return there;
    }

    /** Returns the name of a row's copy; empty when it is not at the destination as it is configured now. */
    private static Optional<String> name(Destination destination, ReplicationRow row) {
        try {
            return Optional.of(row.remotePath().isEmpty() ? "" : destination.nameOf(row.remotePath()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private List<ArchiveFile> unshipped(HeratioTables.Claims claims, Map<String, ArchiveFile> archives) {
        Set<String> claimed = new HashSet<>(claims.known());
        claims.rows().stream()
                .filter(ReplicationRow::claims)
                .forEach(row -> claimed.add(row.driver() + ":" + row.archivePath()));
        return archives.values().stream()
                .filter(archive -> settings.drivers().stream()
                        .anyMatch(driver -> !claimed.contains(driver + ":" + archive.path())))
                .sorted(Comparator.comparing(ArchiveFile::path))
                .toList();
    }

    private Claim judge(
            ReplicationRow row, Destination destination, Map<String, Stored> stored, Map<String, ArchiveFile> archives)
            throws FailureException, InterruptedException {
        Optional<String> found = name(destination, row);
        if (found.isEmpty()) {
            return claim(
                    row, Claim.Verdict.ELSEWHERE, "not at the destination as it is configured now", null, archives);
        }
        String name = found.get();
        Stored there = stored.get(name);
        String expected = row.sha256();
        String wrong = wrong(row, there);
        String owner = wrong.isEmpty() ? owner(destination, name) : "";
        if (!owner.isEmpty()) {
            String other = "it is a copy of the installation " + owner + " of Heratio Offsite";
            return claim(row, Claim.Verdict.FOREIGN, other, there, archives);
        }
        if (wrong.isEmpty() && expected == null) {
            return claim(
                    row,
                    Claim.Verdict.UNPROVED,
                    "the row has no SHA-256, so that nothing can prove it",
                    there,
                    archives);
        }
        if (wrong.isEmpty() && read && there != null && expected != null) {
            wrong = wrongBytes(destination, there, expected);
        }
        if (wrong.isEmpty()) {
            return claim(row, read ? Claim.Verdict.INTACT : Claim.Verdict.UNPROVED, "", there, archives);
        }
        Claim.Verdict verdict =
                !row.claims() ? Claim.Verdict.FAILED : there == null ? Claim.Verdict.MISSING : Claim.Verdict.DIFFERENT;
        return claim(row, verdict, wrong, there, archives);
    }

    private Claim claim(
            ReplicationRow row,
            Claim.Verdict verdict,
            String detail,
            @Nullable Stored there,
            Map<String, ArchiveFile> archives) {
        long size = row.sizeBytes() > 0 || there == null ? row.sizeBytes() : there.size();
        ArchiveFile local = archives.get(row.archivePath());
        return new Claim(
                row, verdict, detail, size, local, local == null ? Claim.Change.NONE : change(row, size, local));
    }

    /** @param size of the payload, or 0 where nobody knows it */
    private Claim.Change change(ReplicationRow row, long size, ArchiveFile local) {
        boolean sizeFits = !row.encrypted() && size == local.size();
        if (!row.encrypted() && size > 0 && !sizeFits) {
            return Claim.Change.REWRITTEN;
        }
        if (row.replicatedAt().equals(ReplicationRow.UNKNOWN)) {
            return Claim.Change.UNTIMED;
        }
        // of an hour that autumn has twice the later one: that the archive is older is what is usual
        long replicated = TimeUnit.SECONDS.toNanos(row.replicatedAt()
                .atZone(settings.timezone())
                .withLaterOffsetAtOverlap()
                .toEpochSecond());
        long since = local.mtimeNanos() - replicated - TOLERANCE_NANOS;
        boolean zoneTold = HeratioZone.isTold(settings);
        if (!zoneTold && since <= ZONE_NANOS && since > (sizeFits ? 0 : -ZONE_NANOS)) {
            return Claim.Change.UNZONED;
        }
        return since > 0 ? Claim.Change.REWRITTEN : Claim.Change.NONE;
    }

    /** Returns the defect that the listing alone shows, or an empty text. */
    private static String wrong(ReplicationRow row, @Nullable Stored there) {
        if (there == null) {
            return row.remotePath().isEmpty() ? "it has no remote path" : "nothing is there";
        }
        if (row.sizeBytes() > 0 && there.size() != row.sizeBytes()) {
            return "it has " + there.size() + " bytes instead of " + row.sizeBytes();
        }
        if (there.sha256() != null && row.sha256() != null && !there.sha256().equalsIgnoreCase(row.sha256())) {
            return "its sidecar or metadata have SHA-256 " + there.sha256() + " instead of " + row.sha256();
        }
        return "";
    }

    /** Heratio tags nothing: a copy with an owner was made by an installation of this program, and is its alone. */
    private static String owner(Destination destination, String name) throws FailureException, InterruptedException {
        return destination
                .look(name)
                .map(Occupant::tag)
                .map(OwnerTag::installation)
                .orElse("");
    }

    /** Returns the defect that its bytes show, or an empty text. */
    private static String wrongBytes(Destination destination, Stored there, String expected)
            throws FailureException, InterruptedException {
        MessageDigest digest = Digests.sha256();
        byte[] buffer = new byte[1 << 16];
        String name = there.name();
        try (InputStream in = new DigestInputStream(destination.open(name, 0, there.size()), digest)) {
            while (in.read(buffer) >= 0) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("while " + name + " was read");
                }
            }
            String is = Digests.hex(digest);
            return is.equals(expected) ? "" : "its SHA-256 is " + is + " instead of " + expected;
        } catch (IOException e) {
            if (CopyStream.isTooLong(e)) {
                return "it has more than its " + there.size() + " bytes";
            }
            throw new FailureException(
                    ErrorCode.DESTINATION_UNREACHABLE,
                    "reading " + destination.remotePath(name) + " broke off: " + e.getMessage(),
                    "look at the connection to " + destination.driver(),
                    e);
        }
    }

    /** Returns the archive of a claim. If it was deleted or has changed, size and time of the payload stand for it. */
    static ArchiveFile archiveOf(Claim claim, Settings settings) {
        ReplicationRow row = claim.row();
        if (claim.local() != null && !claim.localChanged()) {
            return claim.local();
        }
        String relative = relativePath(row.archivePath(), settings.paths().backups());
        Instant replicated = row.replicatedAt().atZone(settings.timezone()).toInstant();
        return new ArchiveFile(
                row.archivePath(), relative, claim.size(), TimeUnit.SECONDS.toNanos(replicated.getEpochSecond()));
    }

    private static String relativePath(String archive, Path backups) {
        if (!SystemText.opens(archive)) {
            // no such path can be made in this locale
            String prefix = backups + "/";
            return archive.substring(archive.startsWith(prefix) ? prefix.length() : archive.lastIndexOf('/') + 1);
        }
        Path path = Path.of(archive);
        return path.startsWith(backups) && !path.equals(backups)
                ? backups.relativize(path).toString()
                : String.valueOf(path.getFileName());
    }
}
