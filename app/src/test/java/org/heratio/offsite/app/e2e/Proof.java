package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.testing.HangLimit;

/** Proves an installation's copies from outside: the ledger against the files, {@code sha256sum -c}, and {@code gpg --decrypt}. */
public final class Proof {
    private final OffsiteHome home;

    Proof(OffsiteHome home) {
        this.home = home;
    }

    /** Everything: each archive verified, each copy right byte for byte, and nothing left lying about. */
    public List<LedgerRow> everythingIsOffsite() throws Exception {
        List<LedgerRow> rows = everyArchiveIsVerified();
        nothingIsLeftOver(rows);
        checksumsAreRight(rows);
        for (LedgerRow row : rows) {
            opensWithGpg(row);
        }
        return rows;
    }

    /** The ledger has one verified row for each archive in the backup directory. */
    public List<LedgerRow> everyArchiveIsVerified() throws IOException, InterruptedException {
        List<LedgerRow> rows = home.history();
        assertThat(rows).filteredOn(row -> !row.status().equals("verified")).isEmpty();
        assertThat(rows.stream().map(LedgerRow::localPath)).containsExactlyInAnyOrderElementsOf(files(home.backups()));
        return rows;
    }

    /** The spool is empty, and the destination holds the copies of the ledger, their sidecars and owners, and the marker file alone. */
    public void nothingIsLeftOver(List<LedgerRow> rows) throws IOException {
        theSpoolIsEmpty();
        nothingElseIsIn(home.destination(), rows);
        assertThat(home.destination().resolve(".offsite-partial")).doesNotExist();
    }

    /** Whatever was killed, no payload and no part of one takes room. */
    void theSpoolIsEmpty() throws IOException {
        if (Files.exists(home.spool())) {
            assertThat(files(home.spool())).as("files in the spool").isEmpty();
        }
    }

    /**
     * A destination whose copies are files holds those of the ledger, their sidecars and owners, and the marker file alone.
     *
     * @param rows the rows of this destination
     */
    void nothingElseIsIn(Path destination, List<LedgerRow> rows) throws IOException {
        Set<String> expected =
                new TreeSet<>(Set.of(destination.resolve(".heratio-offsite").toString()));
        rows.forEach(row ->
                expected.addAll(List.of(row.remotePath(), row.remotePath() + ".sha256", owner(destination, row))));
        List<String> announced = files(destination.resolve(Installation.DIRECTORY));
        assertThat(announced).as("installations at %s", destination).hasSizeLessThan(2);
        expected.addAll(announced);
        assertThat(files(destination)).as("files at %s", destination).containsExactlyElementsOf(expected);
    }

    private static String owner(Path destination, LedgerRow row) {
        String name = destination.relativize(Path.of(row.remotePath())).toString();
        return destination.resolve(OwnerTag.fileFor(name)).toString();
    }

    /** {@code sha256sum -c} is content with every sidecar. */
    public void checksumsAreRight(List<LedgerRow> rows) throws IOException, InterruptedException {
        // all lines in one go; names in sidecars are those in their own directory
        List<String> lines = new ArrayList<>();
        for (LedgerRow row : rows) {
            Path copy = Path.of(row.remotePath());
            Path sidecar = Path.of(row.remotePath() + ".sha256");
            String line = Files.readString(sidecar).strip();
            assertThat(line).endsWith("  " + copy.getFileName());
            assertThat(line).startsWith(String.valueOf(row.sha256()));
            lines.add(line.substring(0, 64) + "  " + copy);
        }
        Path list = Files.write(home.root().resolve("all.sha256"), lines, StandardCharsets.UTF_8);
        Path said = home.root().resolve("sha256sum.txt");
        Process check = new ProcessBuilder("sha256sum", "--check", "--strict", "--quiet", list.toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .redirectInput(new File("/dev/null"))
                .start();
        assertThat(check.waitFor(HangLimit.SECONDS, TimeUnit.SECONDS))
                .as("sha256sum ends")
                .isTrue();
        assertThat(check.exitValue()).as(() -> read(said)).isZero();
    }

    /** {@code gpg --decrypt} gives the archive of the backup directory, byte for byte. */
    public void opensWithGpg(LedgerRow row) throws IOException, InterruptedException {
        assertThat(row.encrypted()).as("%s is encrypted", row.name()).isTrue();
        assertThat(home.gpg().decryptedSha256(Path.of(row.remotePath())))
                .as("what gpg makes of %s", row.remotePath())
                .isEqualTo(sha256(Path.of(row.localPath())));
    }

    /** {@code offsite restore} gives the archive of the backup directory, byte for byte. */
    public void restores(LedgerRow row) throws IOException, InterruptedException {
        Path target = Files.createDirectories(home.root().resolve("restored")).resolve(row.name());
        OffsiteProcess.Exit exit =
                home.run(OffsiteHome.LONG, "restore", row.localPath(), "--to", target.toString(), "--force");
        assertThat(exit.code()).as("restore: %s", exit).isZero();
        assertThat(Files.mismatch(target, Path.of(row.localPath()))).isEqualTo(-1L);
        Files.delete(target);
    }

    /** The files at a destination, without those that say whose they are. */
    public static List<String> copies(Path destination) throws IOException {
        Path reserved = destination.resolve(OwnerTag.DIRECTORY);
        return files(destination).stream()
                .filter(file -> !Path.of(file).startsWith(reserved))
                .toList();
    }

    /** The regular files below a directory, sorted; a directory that is not there has none. */
    public static List<String> files(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .map(Path::toString)
                    .sorted()
                    .collect(Collectors.toList());
        }
    }

    /** Hex SHA-256 of a file, in constant memory. */
    public static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            new DigestInputStream(in, digest).transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
