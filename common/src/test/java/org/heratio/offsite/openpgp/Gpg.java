package org.heratio.offsite.openpgp;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.testing.HangLimit;

/** The real gpg as a child process, with a home of its own in a temporary directory. */
public final class Gpg {
    private final Path home;
    private final Path passphraseFile;

    /**
     * @param directory an empty temporary directory
     * @param passphrase what its passphrase file shall hold
     */
    public Gpg(Path directory, String passphrase) throws IOException {
        home = Files.createDirectory(
                directory.resolve("h"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        passphraseFile = Files.writeString(directory.resolve("passphrase"), passphrase, StandardCharsets.UTF_8);
    }

    /** Whether there is a gpg on this machine. */
    public static boolean installed() {
        for (String directory : System.getenv("PATH").split(File.pathSeparator, -1)) {
            if (Files.isExecutable(Path.of(directory, "gpg"))) {
                return true;
            }
        }
        return false;
    }

    /** The file that gpg reads the passphrase from. */
    public Path passphraseFile() {
        return passphraseFile;
    }

    /** What {@code gpg --decrypt} makes of a message; throws when it exits with anything but 0. */
    public Path decrypt(Path message, Path output) throws IOException, InterruptedException {
        run("--output", output.toString(), "--decrypt", message.toString());
        return output;
    }

    /** The hex SHA-256 of what {@code gpg --decrypt} makes of a message, without a file for it. */
    public String decryptedSha256(Path message) throws IOException, InterruptedException {
        List<String> command = command("--decrypt", message.toString());
        Path log = Files.createTempFile(home, "gpg", ".log");
        Process gpg = new ProcessBuilder(command).redirectError(log.toFile()).start();
        try {
            gpg.getOutputStream().close();
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream out = new DigestInputStream(gpg.getInputStream(), digest)) {
                out.transferTo(OutputStream.nullOutputStream());
            }
            if (gpg.waitFor() != 0) {
                throw new IOException("gpg exits with " + gpg.exitValue() + ": " + Files.readString(log));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        } finally {
            gpg.destroyForcibly();
        }
    }

    /** A message of gpg's. */
    public Path encrypt(Path file, Path message, String... options) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("--output", message.toString(), "--symmetric", file.toString()));
        run(all.toArray(String[]::new));
        return message;
    }

    /** The packets of a message, as gpg lists them. */
    public String packets(Path message) throws IOException, InterruptedException {
        return run("--list-packets", "--verbose", message.toString());
    }

    private String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = command(arguments);
        Path log = Files.createTempFile(home, "gpg", ".log");
        Process gpg = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .redirectInput(new File("/dev/null"))
                .start();
        try {
            if (!gpg.waitFor(HangLimit.TEST_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("gpg hangs: " + Files.readString(log));
            }
        } finally {
            gpg.destroyForcibly();
        }
        String said = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
        if (gpg.exitValue() != 0) {
            throw new IOException("gpg exits with " + gpg.exitValue() + ": " + said);
        }
        return said;
    }

    private List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "gpg",
                "--homedir",
                home.toString(),
                "--batch",
                "--no-tty",
                "--pinentry-mode",
                "loopback",
                "--passphrase-file",
                passphraseFile.toString()));
        command.addAll(List.of(arguments));
        return command;
    }
}
