package org.heratio.offsite.app.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.process.ChildCommand;
import org.jspecify.annotations.Nullable;

/**
 * Runs the commands that a user types, one after the other, in child processes with settings of their own: what is seen is what they
 * get.
 */
public final class Demo {
    private static final long COMMAND_MINUTES = 30;

    private final DemoHome home;
    private final PrintStream out;

    /**
     * @param home an empty directory for everything that the demonstration makes
     * @param backups a backup directory of the user's, only read; or null to make one
     */
    public Demo(Path home, @Nullable Path backups, PrintStream out) {
        this.home = new DemoHome(home, backups);
        this.out = out;
    }

    /** Blocks. Answers the exit code. */
    public int run() throws IOException, InterruptedException {
        home.prepare(out);
        int code = offsite("replicate");
        code = Math.max(code, offsite("history"));
        code = Math.max(code, offsite("verify-integrity", "--all"));
        if (code == ExitCode.OK) {
            code = restoreOne();
        }
        out.println();
        out.println("# all files are in " + home.path() + "; you may delete it");
        return code;
    }

    private int restoreOne() throws IOException, InterruptedException {
        Path archive = home.smallestShipped();
        Path restored = home.path().resolve("restored");
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
        Path copy = home.copyOf(archive);
        Path directory = Objects.requireNonNull(copy.getParent(), "a copy lies in its destination");
        String name = copy.getFileName().toString();
        int code = tool(directory, List.of("sha256sum", "-c", name + ".sha256"));
        Path opened = home.path().resolve("opened-by-gpg");
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
                                home.passphraseFile().toString(),
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

    private int offsite(String... arguments) throws IOException, InterruptedException {
        out.println();
        out.println("$ offsite " + String.join(" ", arguments));
        out.flush();
        return await(home.offsite(Map.of(), List.of(arguments)).inheritIO().start());
    }

    private int tool(Path directory, List<String> command) throws IOException, InterruptedException {
        out.println();
        out.println("$ cd " + directory + " && " + String.join(" ", command));
        out.flush();
        Path keyring = home.path().resolve("gnupg");
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
}
