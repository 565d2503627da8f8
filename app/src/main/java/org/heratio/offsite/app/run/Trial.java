package org.heratio.offsite.app.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.Setting;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.config.SettingsLoader;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.Durable;
import org.heratio.offsite.finding.Finding;
import org.heratio.offsite.operations.inventory.BackupInventory;

/**
 * Tries settings that no file has yet, as {@code offsite doctor} does, with a state directory of its own: nothing is left in the one of
 * the service, which may run as another user. Blocks.
 */
public final class Trial implements AutoCloseable {
    private final Path state;

    private Trial(Path state) {
        this.state = state;
    }

    public static Trial begin() throws IOException {
        return new Trial(Files.createTempDirectory("offsite-init-").toRealPath());
    }

    /** Returns the settings of a draft, checked as a whole. */
    public Settings settings(Map<String, String> draft) throws ConfigException {
        Map<String, String> variables = new HashMap<>(draft);
        variables.put(Setting.BACKUP_OFFSITE_STATE_DIR.name(), state.toString());
        variables.remove(Setting.BACKUP_OFFSITE_SPOOL_DIR.name());
        Settings settings =
                SettingsLoader.ofDraft(Drivers.all(), variables, state).load(null);
        Schedules.check(settings);
        return settings;
    }

    /**
     * Returns whether Heratio's database has a passphrase.
     *
     * @throws FailureException if there is one that cannot be read
     */
    public boolean heratioEncrypts(Settings settings) throws FailureException, ConfigException {
        return Ledgers.withHeratio(settings, Ledgers.PATIENCE).encryption().passphrase() != null;
    }

    /**
     * Checks a passphrase as one that is read from a file, with the settings of a draft.
     *
     * @throws ConfigException if it would not be taken
     */
    public void passphrase(Map<String, String> draft, String typed) throws IOException, ConfigException {
        Path file = state.resolve("passphrase");
        Durable.create(
                file, typed + "\n", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Map<String, String> variables = new HashMap<>(draft);
            variables.put(Setting.BACKUP_ENCRYPTION_PASSPHRASE + Setting.FILE_SUFFIX, file.toString());
            settings(variables);
        } finally {
            Files.delete(file);
        }
    }

    /** Looks into the backup directory. */
    public List<Finding> backups(Settings settings) {
        Path backups = settings.paths().backups();
        try {
            BackupInventory.Contents found = new WatcherInventory(settings).look();
            List<Finding> findings = new ArrayList<>();
            found.unreadable().places().stream()
                    .limit(1)
                    .forEach(place -> findings.add(Finding.fail(place.reason(), place.hint())));
            int archives = found.archives().size();
            if (archives == 0) {
                findings.add(Finding.warn(
                        "the backup directory " + backups + " has no archive in it, of " + found.others()
                                + " files that BACKUP_OFFSITE_INCLUDE="
                                + settings.watcher().include() + " could include",
                        "is it mounted, and is it the right one?"));
            } else {
                findings.add(Finding.ok(
                        "backup directory " + backups + ": " + archives + (archives == 1 ? " archive" : " archives")));
            }
            return findings;
        } catch (FailureException e) {
            return List.of(Finding.fail(e.failure().reason(), e.failure().hint()));
        }
    }

    /** Looks whether each destination takes copies. */
    public List<Finding> destinations(Settings settings) throws InterruptedException, ConfigException {
        List<Finding> findings = new ArrayList<>();
        for (String driver : settings.drivers()) {
            try (Destination destination = Destinations.open(driver, settings, (any, below) -> false)) {
                Drivers.known(driver).examine(settings, Clock.systemUTC()).stream()
                        .map(found -> found.of(driver + ":"))
                        .forEach(findings::add);
                if (findings.stream().noneMatch(found -> found.level() == Finding.Level.FAIL)) {
                    destination.probe();
                    findings.add(Finding.ok("destination " + driver + " takes copies"));
                }
            } catch (FailureException e) {
                findings.add(Finding.fail(
                        "destination " + driver + ": " + e.failure().reason(),
                        e.failure().hint()));
            }
        }
        return findings;
    }

    /** Deletes what it wrote, as far as that goes, while another thread may still be trying. */
    public void discard() {
        try {
            close();
        } catch (IOException | UncheckedIOException e) {
            // what is being written or deleted right now
        }
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(state)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
