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
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.heratio.offsite.app.report.Terminal;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.process.ChildCommand;
import org.jspecify.annotations.Nullable;

/**
 * Runs the commands that a user types, one after the other, in child processes with settings of their own: what is seen is what they
 * get.
 */
public final class Demo {
    private static final long COMMAND_MINUTES = 30;

    private final Path home;
    private final Path backups;
    private final PrintStream out;

    /**
     * @param home an empty directory for everything that the demonstration makes
     * @param backups a backup directory of the user's, only read; or null to make one
     */
    public Demo(Path home, @Nullable Path backups, PrintStream out) {
        this.home = home;
        this.backups = backups == null ? home.resolve("backups") : backups.toAbsolutePath();
        this.out = out;
    }

    /** Blocks. Answers the exit code. */
    public int run(boolean makeBackups) throws IOException, InterruptedException {
        prepare(makeBackups);
        int code = offsite("replicate");
        code = Math.max(code, offsite("history"));
        code = Math.max(code, offsite("verify-integrity", "--all"));
        if (code == ExitCode.OK) {
            code = restoreOne();
        }
        out.println();
        out.println("# everything lies in " + home + "; remove it when you have seen enough");
        return code;
    }

    private void prepare(boolean makeBackups) throws IOException {
        if (makeBackups) {
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

    private int restoreOne() throws IOException, InterruptedException {
        Path archive = smallest();
        Path restored = home.resolve("restored");
        Files.createDirectories(restored);
        int code = offsite("restore", archive.toString(), "--to", restored.toString());
        if (code != ExitCode.OK) {
            return code;
        }
        boolean same = Files.mismatch(archive, restored.resolve(archive.getFileName())) == -1;
        out.println(same ? "# the restored archive is the original, byte for byte" : "# the restored archive DIFFERS");
        return Math.max(same ? ExitCode.OK : ExitCode.FAILED, withoutUs(archive));
    }

    /** The way back that needs nothing of ours: gpg and sha256sum. */
    private int withoutUs(Path archive) throws IOException, InterruptedException {
        Path copy = destination().resolve(backups.relativize(archive) + ".gpg");
        Path directory = Objects.requireNonNull(copy.getParent(), "a copy lies in its destination");
        String name = copy.getFileName().toString();
        int code = tool(directory, List.of("sha256sum", "-c", name + ".sha256"));
        Path opened = home.resolve("opened-by-gpg");
        code = Math.max(
                code,
                tool(
                        directory,
                        List.of(
                                "gpg",
                                "--batch",
                                "--yes",
                                "--quiet",
                                "--no-options",
                                "--pinentry-mode",
                                "loopback",
                                "--passphrase-file",
                                passphraseFile().toString(),
                                "--output",
                                opened.toString(),
                                "--decrypt",
                                name)));
        if (code == ExitCode.OK && Files.exists(opened)) {
            boolean same = Files.mismatch(archive, opened) == -1;
            out.println(same ? "# and gpg gives the same bytes, without us" : "# but gpg gives OTHER bytes");
            return same ? ExitCode.OK : ExitCode.FAILED;
        }
        return code;
    }

    private Path smallest() throws IOException {
        try (Stream<Path> files = Files.walk(backups)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .filter(file -> Files.exists(destination().resolve(backups.relativize(file) + ".gpg")))
                    .min(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow(() -> new IOException("there is no archive in " + backups + " that was shipped"));
        }
    }

    private int offsite(String... arguments) throws IOException, InterruptedException {
        out.println();
        out.println("$ offsite " + String.join(" ", arguments));
        out.flush();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:+UseSerialGC",
                "-Doffsite.terminal=" + Terminal.attended(),
                "-cp",
                System.getProperty("java.class.path"),
                "org.heratio.offsite.app.Main"));
        command.addAll(List.of(arguments));
        // the user's own settings do not come in here
        return await(ChildCommand.of(command, settings()).inheritIO().start());
    }

    private int tool(Path directory, List<String> command) throws IOException, InterruptedException {
        out.println();
        out.println("$ cd " + directory + " && " + String.join(" ", command));
        out.flush();
        Path keyring = home.resolve("gnupg");
        if (!Files.exists(keyring)) {
            Files.createDirectory(
                    keyring, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        try {
            return await(ChildCommand.of(command, Map.of("GNUPGHOME", keyring.toString()))
                    .directory(directory.toFile())
                    .inheritIO()
                    .start());
        } catch (IOException e) {
            out.println("# (" + command.get(0) + " is not installed here; this is the command that would do it)");
            return ExitCode.OK;
        }
    }

    private static int await(Process process) throws IOException, InterruptedException {
        if (!process.waitFor(COMMAND_MINUTES, TimeUnit.MINUTES)) {
            process.destroy();
            throw new IOException("the command did not end within " + COMMAND_MINUTES + " minutes");
        }
        return process.exitValue();
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("HERATIO_BACKUPS_PATH", backups.toString());
        settings.put("BACKUP_OFFSITE_DRIVER", "localfs");
        settings.put("BACKUP_OFFSITE_LOCALFS_PATH", destination().toString());
        settings.put("BACKUP_OFFSITE_STATE_DIR", home.resolve("state").toString());
        settings.put("BACKUP_ENCRYPTION_PASSPHRASE_FILE", passphraseFile().toString());
        return settings;
    }

    private Path destination() {
        return home.resolve("offsite");
    }

    private Path passphraseFile() {
        return home.resolve("passphrase");
    }
}
