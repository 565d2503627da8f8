package org.heratio.offsite.app.doctor;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.heratio.offsite.app.report.Bytes;
import org.heratio.offsite.app.run.Canary;
import org.heratio.offsite.app.run.Drivers;
import org.heratio.offsite.app.run.HeratioZone;
import org.heratio.offsite.app.run.InClear;
import org.heratio.offsite.app.run.Ledgers;
import org.heratio.offsite.app.run.MisreadCopies;
import org.heratio.offsite.app.run.Node;
import org.heratio.offsite.app.run.Places;
import org.heratio.offsite.app.run.UnreadablePlaces;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.finding.Finding;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.jdbc.HeratioDatabase;
import org.heratio.offsite.ledger.jdbc.LedgerDoctor;
import org.heratio.offsite.spool.Spool;
import org.heratio.offsite.text.Printable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at one thing after the other; what fails does not keep it from looking at the rest. */
public final class Doctor {
    private static final Logger LOG = LoggerFactory.getLogger(Doctor.class);

    private static final Set<String> BLIND =
            Set.of("nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "9p", "ceph", "glusterfs");

    private final Settings settings;
    private final Clock clock;
    private final List<Finding> findings = new ArrayList<>();

    public Doctor(Settings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** Blocks. */
    public List<Finding> examine() throws InterruptedException, ConfigException {
        java();
        backupDirectory();
        boolean known = heratioIsKnown();
        zone();
        spool();
        ledgerAndDestinations(known);
        return findings;
    }

    private void java() {
        findings.add(Finding.ok("Java " + Runtime.version() + ", heap up to "
                + Bytes.human(Runtime.getRuntime().maxMemory())));
        String names = System.getProperty("sun.jnu.encoding", "");
        if (!names.equalsIgnoreCase("UTF-8") || !Charset.isSupported(names)) {
            findings.add(Finding.fail(
                    "file names are read as " + names + ": those with other than ASCII letters cannot be opened",
                    "set LC_ALL=C.UTF-8 in the environment of the service"));
        }
    }

    private void backupDirectory() {
        Path backups = settings.paths().backups();
        if (!Files.isDirectory(backups) || !Files.isReadable(backups)) {
            findings.add(Finding.fail(
                    "the backup directory " + backups + " is not there, or not readable",
                    "mount it, set HERATIO_BACKUPS_PATH, or give this user the right to read it"));
            return;
        }
        try {
            FileStore store = Files.getFileStore(backups);
            String type = store.type().toLowerCase(Locale.ROOT);
            if (BLIND.contains(type) || type.startsWith("fuse")) {
                findings.add(Finding.warn(
                        "the backup directory " + backups + " is on " + type
                                + ": what other hosts write there is seen by scans alone, and takes 10 s to settle",
                        "BACKUP_OFFSITE_SCAN_INTERVAL says how often it is scanned"));
            } else {
                findings.add(Finding.ok("backup directory " + backups + " (" + type + ")"));
            }
        } catch (IOException e) {
            findings.add(Finding.fail("the backup directory " + backups + " cannot be looked at: " + e, null));
        }
    }

    /** Whether what Heratio's database may hold is known, too. */
    private boolean heratioIsKnown() {
        Optional<HeratioDatabase> heratio = Ledgers.heratio(settings, Duration.ZERO);
        if (heratio.isEmpty()) {
            return true;
        }
        String failed = null;
        String hint = null;
        try {
            var unused = heratio.get().backupSettings();
        } catch (LedgerException e) {
            failed = e.failure().reason();
            hint = e.failure().hint();
        }
        // where it is the ledger's database too, that is said of the ledger
        if (settings.heratio() != null && !Ledgers.besideHeratio(settings)) {
            String where = "Heratio's database " + settings.heratio().shownUrl();
            findings.add(failed == null ? Finding.ok(where) : Finding.fail(where + ": " + failed, hint));
        }
        return failed == null;
    }

    private void zone() {
        Optional<HeratioDatabase> heratio = Ledgers.heratio(settings, Duration.ZERO);
        if (heratio.isEmpty()) {
            return;
        }
        try {
            HeratioZone.doubts(settings, heratio.get())
                    .forEach(doubt -> findings.add(Finding.warn(doubt.text(), doubt.hint())));
        } catch (LedgerException e) {
            // what is in the way is told of the database, and of its rights
            LOG.debug("the zone is not looked at: {}", e.failure().oneLine());
        }
    }

    /** @param refused why nothing is shipped in clear, where that is so */
    private void passphrase(boolean known, Optional<ConfigProblem> refused) {
        if (settings.encryption().passphrase() == null && !known) {
            findings.add(
                    Finding.warn(
                            "whether a passphrase is set is not known: it may stand in Heratio's database, which does not answer",
                            "nothing is shipped until it does, unless BACKUP_ENCRYPTION_PASSPHRASE_FILE and HERATIO_BACKUPS_PATH are set"));
        } else if (settings.encryption().passphrase() == null) {
            // with RabbitMQ it may be another host that encrypts
            boolean here = settings.broker().embedded();
            findings.add(refused.map(problem -> here
                            ? Finding.fail(problem.text(), problem.hint())
                            : Finding.warn(problem.text(), problem.hint()))
                    .orElseGet(() -> Finding.warn(
                            "no passphrase is set: what is shipped is not encrypted",
                            "set BACKUP_ENCRYPTION_PASSPHRASE_FILE, and keep the passphrase in a second place too")));
        } else {
            findings.add(Finding.ok("passphrase from " + settings.encryption().origin()));
        }
    }

    private void spool() {
        Path spool = settings.paths().spool();
        Path existing = spool;
        while (existing != null && !Files.isDirectory(existing)) {
            existing = existing.getParent();
        }
        if (existing == null || !Files.isWritable(existing)) {
            findings.add(Finding.fail(
                    "the spool " + spool + " cannot be made or written",
                    "set BACKUP_OFFSITE_SPOOL_DIR to a writable place"));
            return;
        }
        try {
            long room = Spool.room(spool);
            long budget = settings.paths().spoolBudget().resolve(room);
            findings.add(Finding.ok("spool " + spool + ": may take " + Bytes.human(budget) + " of " + Bytes.human(room)
                    + " that are free or its own"));
        } catch (FailureException e) {
            findings.add(Finding.fail(e.failure().reason(), e.failure().hint()));
        }
    }

    private void rights() {
        try {
            LedgerDoctor.Findings found =
                    new LedgerDoctor(Ledgers.config(settings).withPatience(Duration.ZERO)).examine();
            found.faults().forEach(fault -> findings.add(Finding.fail("ledger: " + fault.text(), fault.hint())));
            found.unsafe()
                    .forEach(table -> findings.add(Finding.warn(
                            "ledger: the table " + table + " knows no transactions: a crash may leave it wrong",
                            "ALTER TABLE … ENGINE=InnoDB, with a backup at hand")));
            if (found.faults().isEmpty()) {
                findings.add(Finding.ok("the database allows what is needed"));
            }
            withoutRow(
                    found.twins(),
                    "its collation takes both names for one; rename one of the archives, and Heratio sees both");
            withoutRow(found.tooLong(), "its columns take 500 characters; 'offsite versions' shows what became of it");
            withoutRow(
                    found.unwritable(),
                    "its character set lacks characters of the path; 'offsite versions' shows what became of it, and"
                            + " ALTER TABLE ahg_backup_replication CONVERT TO CHARACTER SET utf8mb4 lets Heratio see it");
        } catch (LedgerException e) {
            findings.add(Finding.fail(e.failure().reason(), e.failure().hint()));
        }
    }

    private void withoutRow(List<String> archives, String why) {
        archives.forEach(archive -> findings.add(
                Finding.warn("shipped, but without a row in ahg_backup_replication: " + Printable.of(archive), why)));
    }

    private void keys(Node node) throws InterruptedException, FailureException {
        for (Canary.Song song : new Canary(node).sing()) {
            findings.add(
                    switch (song.verdict()) {
                        case OPENS -> Finding.ok(song.text());
                        case OPENS_WITH_FORMER ->
                            Finding.warn(song.text(), "nothing was shipped since the passphrase was changed");
                        case NO_PASSPHRASE ->
                            Finding.warn(song.text(), "set BACKUP_ENCRYPTION_PASSPHRASE_FILE to be able to restore it");
                        case OPENS_MISREAD, DOES_NOT_OPEN -> Finding.fail(song.text(), song.hint());
                    });
        }
        new MisreadCopies(node)
                .findings()
                .forEach(misread -> findings.add(Finding.fail(misread.text(), misread.hint())));
        node.ledger()
                .claims()
                .counts()
                .forEach((driver, count) -> findings.add(Finding.warn(
                        count + " copies at " + driver + " are Heratio's claims, which nobody has proved yet",
                        "the next sweep does: offsite verify-integrity")));
    }

    private void ledgerAndDestinations(boolean known) throws InterruptedException, ConfigException {
        if (Ledgers.shared(settings)) {
            rights();
        }
        boolean looked = false;
        // a doctor of its own looks at the broker, and nothing is to be made there
        try (Node node = Node.openWithoutBroker(settings, clock)) {
            findings.add(Finding.ok((Ledgers.embedded(settings) ? "ledger in " : "ledger ") + Ledgers.place(settings)));
            looked = true;
            findings.addAll(BackupsDoctor.of(UnreadablePlaces.found(settings, node.ledger()), settings));
            findings.addAll(BrokerDoctor.examine(settings, node.ledger().installationId()));
            passphrase(known, known ? InClear.problem(node) : Optional.empty());
            for (Destination destination : node.destinations().values()) {
                probe(destination, node.ledger().installationId());
            }
            keys(node);
            for (String warning : new Places(node).warnings()) {
                findings.add(Finding.warn(warning, null));
            }
        } catch (FailureException e) {
            findings.add(Finding.fail(e.failure().reason(), e.failure().hint()));
            if (!looked) {
                findings.addAll(BackupsDoctor.of(UnreadablePlaces.foundHere(settings), settings));
                findings.addAll(BrokerDoctor.examine(settings, null));
                passphrase(known, Optional.empty());
            }
        }
    }

    private void neighbours(Destination destination, String self) throws FailureException, InterruptedException {
        for (Installation other : destination.installations()) {
            if (!other.id().equals(self)) {
                findings.add(Finding.warn(
                        "destination " + destination.driver() + ": another installation, " + other.shown()
                                + ", ships there too",
                        "give each installation a directory or prefix of its own; if that one no longer exists, delete "
                                + destination.remotePath(other.file())));
            }
        }
    }

    private void probe(Destination destination, String installation) throws InterruptedException {
        String driver = destination.driver();
        try {
            boolean faulty = false;
            for (Finding found : Drivers.known(driver).examine(settings, clock)) {
                findings.add(found.of(driver + ":"));
                faulty |= found.level() == Finding.Level.FAIL;
            }
            if (faulty) {
                return;
            }
            destination.probe();
            neighbours(destination, installation);
            if (destination.capabilities().protects()) {
                findings.add(Finding.ok("destination " + driver + " takes copies"));
            } else {
                findings.add(Finding.warn(
                        "destination " + driver
                                + " takes copies, but gives no protection against the loss of this host",
                        "use s3 or rsync, or mount a disk of another place there"));
            }
        } catch (FailureException e) {
            findings.add(Finding.fail(
                    "destination " + driver + ": " + e.failure().reason(),
                    e.failure().hint()));
        }
    }
}
