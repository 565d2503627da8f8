package org.heratio.offsite.app.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.heratio.offsite.app.report.Terminal;
import org.heratio.offsite.process.ChildCommand;
import org.jspecify.annotations.Nullable;

/** The directories and the settings of a demonstration. */
final class DemoHome {
    private final Path home;
    private final Path backups;
    private final boolean madeUp;

    /**
     * @param home an empty directory for everything that the demonstration makes
     * @param backups a backup directory of the user's, only read; or null to make one
     */
    DemoHome(Path home, @Nullable Path backups) {
        this.home = home;
        this.madeUp = backups == null;
        this.backups = backups == null ? home.resolve("backups") : backups.toAbsolutePath();
    }

    Path path() {
        return home;
    }

    Path backups() {
        return backups;
    }

    Path state() {
        return home.resolve("state");
    }

    Path destination() {
        return home.resolve("offsite");
    }

    Path passphraseFile() {
        return home.resolve("passphrase");
    }

    /** Makes the backups, unless they are the user's, and a passphrase. Prints where all is. */
    void prepare(PrintStream out) throws IOException {
        if (madeUp) {
            SampleBackups.writeTo(backups);
        }
        byte[] secret = new byte[16];
        new SecureRandom().nextBytes(secret);
        Path passphrase = Files.createFile(
                passphraseFile(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(passphrase, HexFormat.of().formatHex(secret) + "\n");
        out.println("# backup directory  " + backups);
        out.println("# destination       " + destination() + "  (localfs: for trying out, it protects from nothing)");
        out.println("# passphrase file   " + passphrase);
    }

    /** Returns the smallest archive that was shipped. */
    Path smallestShipped() throws IOException {
        try (Stream<Path> files = Files.walk(backups)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .filter(file -> Files.exists(copyOf(file)))
                    .min(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow(() -> new IOException("there is no archive in " + backups + " that was shipped"));
        }
    }

    /** Returns where the copy of an archive is. */
    Path copyOf(Path archive) {
        return destination().resolve(backups.relativize(archive) + ".gpg");
    }

    /** Returns a command of ours with the settings of this demonstration; the user's own do not come in. */
    ProcessBuilder offsite(Map<String, String> more, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Doffsite.terminal=" + Terminal.attended(),
                "-cp",
                System.getProperty("java.class.path"),
                "org.heratio.offsite.app.Main"));
        command.addAll(arguments);
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("HERATIO_BACKUPS_PATH", backups.toString());
        settings.put("BACKUP_OFFSITE_DRIVER", "localfs");
        settings.put("BACKUP_OFFSITE_LOCALFS_PATH", destination().toString());
        settings.put("BACKUP_OFFSITE_STATE_DIR", state().toString());
        settings.put("BACKUP_ENCRYPTION_PASSPHRASE_FILE", passphraseFile().toString());
        settings.putAll(more);
        return ChildCommand.of(command, settings);
    }
}
