package org.heratio.offsite.operations.doctor;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.finding.Finding;
import org.heratio.offsite.ledger.HeratioTables;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.operations.adopt.HeratioZone;
import org.heratio.offsite.operations.inventory.UnreadableFinder;
import org.heratio.offsite.operations.keys.PassphraseCheck;
import org.heratio.offsite.operations.keys.UnknownKeys;
import org.heratio.offsite.operations.report.Bytes;
import org.heratio.offsite.operations.status.StatusService;
import org.heratio.offsite.operations.status.WeakProofs;
import org.heratio.offsite.spool.Spool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Examines one thing after the other. A failure of one does not keep it from examining the rest. */
public final class Doctor {
    private static final Logger LOG = LoggerFactory.getLogger(Doctor.class);

    private static final Set<String> BLIND =
            Set.of("nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "9p", "ceph", "glusterfs");

    private final Settings settings;
    private final Examined examined;
    private final UnreadableFinder unreadable;
    private final Clock clock;
    private final List<Finding> findings = new ArrayList<>();

    public Doctor(Settings settings, Examined examined, Clock clock) {
        this.clock = clock;
        this.settings = settings;
        this.examined = examined;
        this.unreadable =
                new UnreadableFinder(examined.inventory(), settings.paths().backups());
    }

    /** Returns all findings. For one use. Blocks. */
    public List<Finding> examine() throws InterruptedException, ConfigException {
        java();
        settings.warnings().forEach(warning -> findings.add(Finding.warn(warning, null)));
        settings.advice().forEach(advice -> findings.add(Finding.warn(advice, null)));
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

    /** Returns whether it is known what Heratio's database holds. */
    private boolean heratioIsKnown() {
        Optional<HeratioTables> heratio = examined.heratio();
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
        if (settings.heratio() != null && !examined.besideHeratio()) {
            String where = "Heratio's database " + settings.heratio().shownUrl();
            findings.add(failed == null ? Finding.ok(where) : Finding.fail(where + ": " + failed, hint));
        }
        return failed == null;
    }

    private void zone() {
        Optional<HeratioTables> heratio = examined.heratio();
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

    private void keys(Examined.Opened opened, boolean known) throws InterruptedException, FailureException {
        for (PassphraseCheck.Result result : opened.passphraseCheck().run()) {
            findings.add(
                    switch (result.verdict()) {
                        case OPENS -> Finding.ok(result.text());
                        case OPENS_WITH_FORMER ->
                            Finding.warn(result.text(), "nothing was shipped since the passphrase was changed");
                        case NO_PASSPHRASE ->
                            Finding.warn(
                                    result.text(), "set BACKUP_ENCRYPTION_PASSPHRASE_FILE to be able to restore it");
                        case NOT_TRIED -> Finding.warn(result.text(), result.hint());
                        case OPENS_MISREAD, DOES_NOT_OPEN -> Finding.fail(result.text(), result.hint());
                    });
        }
        opened.misreadCopies()
                .findings()
                .forEach(misread -> findings.add(Finding.fail(misread.text(), misread.hint())));
        // the passphrase that opens them may stand in Heratio's database, which does not answer
        if (known || settings.encryption().passphrase() != null) {
            UnknownKeys.look(settings.encryption(), opened.ledger())
                    .text()
                    .ifPresent(text -> findings.add(Finding.fail(text, UnknownKeys.HINT)));
        }
        opened.ledger()
                .claims()
                .counts()
                .forEach((driver, count) -> findings.add(Finding.warn(
                        count + " copies at " + driver + " are Heratio's claims, which nobody has proved yet",
                        "the next sweep does: offsite verify-integrity")));
    }

    private void ledgerAndDestinations(boolean known) throws InterruptedException, ConfigException {
        findings.addAll(examined.ledgerRights());
        boolean looked = false;
        try (Examined.Opened opened = examined.open()) {
            findings.add(Finding.ok("ledger " + examined.ledgerPlace()));
            looked = true;
            Ledger ledger = opened.ledger();
            findings.addAll(BackupsDoctor.of(unreadable.found(ledger.unreadablePlaces()), settings));
            StatusService status = new StatusService(settings, ledger, examined.inventory(), clock);
            findings.addAll(status.standstill());
            findings.addAll(status.notifier());
            findings.addAll(examined.broker(ledger.installationId()));
            passphrase(known, known ? opened.plaintextGuard().problem() : Optional.empty());
            DestinationsDoctor destinations =
                    new DestinationsDoctor(examined, ledger, settings.paths().backups());
            for (Destination destination : opened.destinations().values()) {
                findings.addAll(destinations.examine(destination));
            }
            findings.addAll(WeakProofs.look(ledger, settings, clock.instant()).findings());
            keys(opened, known);
            for (String warning : opened.places().warnings()) {
                findings.add(Finding.warn(warning, null));
            }
        } catch (FailureException e) {
            findings.add(Finding.fail(e.failure().reason(), e.failure().hint()));
            if (!looked) {
                findings.addAll(BackupsDoctor.of(unreadable.foundHere(), settings));
                findings.addAll(examined.broker(null));
                passphrase(known, Optional.empty());
            }
        }
    }
}
