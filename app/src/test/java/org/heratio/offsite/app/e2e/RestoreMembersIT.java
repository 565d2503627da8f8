package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.Requires;
import org.heratio.offsite.testing.SmallDisk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Members of tarballs that were shipped, by the command. */
@Timeout(HangLimit.TEST_SECONDS)
final class RestoreMembersIT {
    private static final String ODD = "\u00fc\n'; rm";
    private static final String LONG = "d".repeat(90) + "/" + "e".repeat(90) + "/" + "f".repeat(200) + ".txt";

    @TempDir
    Path directory;

    private OffsiteHome home;
    private Path out;

    @BeforeEach
    void makeAHome() throws IOException {
        home = new OffsiteHome(directory);
        home.set("BACKUP_OFFSITE_INCLUDE", "*.gz,*.tgz,*.tar,*.zip");
        out = home.root().resolve("out");
    }

    @AfterEach
    void close() {
        home.close();
    }

    private OffsiteProcess.Exit extract(int code, String archive, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("restore", archive));
        all.addAll(List.of(arguments));
        return home.run(code, all.toArray(new String[0]));
    }

    private void tar(String... arguments) throws Exception {
        Requires.program("tar", "tar");
        List<String> command = new ArrayList<>(List.of("tar"));
        command.addAll(List.of(arguments));
        Path said = Files.createTempFile(directory, "tar", ".said");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(process.waitFor(HangLimit.SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(said)).isZero();
    }

    private Path tree() throws IOException {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        Files.createDirectories(tree.resolve(LONG).getParent());
        Files.writeString(tree.resolve(LONG), "long");
        Path odd = Files.writeString(tree.resolve(ODD), "odd".repeat(100_000));
        Files.setPosixFilePermissions(odd, PosixFilePermissions.fromString("r-xr-x--x"));
        Files.writeString(tree.resolve("empty"), "");
        Files.createDirectories(tree.resolve("uploads/2026/none"));
        Files.writeString(tree.resolve("uploads/2026/a.pdf"), "a");
        Files.writeString(tree.resolve("uploads/2026/b.tif"), "b");
        Files.writeString(tree.resolve("uploads/2026/c.pdf"), "c");
        Files.createLink(tree.resolve("zhard"), tree.resolve("uploads/2026/a.pdf"));
        Files.createLink(tree.resolve("zzhard"), tree.resolve("uploads/2026/a.pdf"));
        Files.createSymbolicLink(tree.resolve("sym"), Path.of("/nowhere/" + LONG));
        for (Path file : List.of(odd, tree.resolve("empty"))) {
            Files.setLastModifiedTime(file, FileTime.from(Instant.parse("1999-12-31T23:59:59Z")));
        }
        return tree;
    }

    /** Returns kinds, rights, times of files, links and bytes below a directory, by relative path. */
    private static Map<String, String> found(Path root) throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : (Iterable<Path>) all.filter(each -> !each.equals(root))::iterator) {
                String what;
                if (Files.isSymbolicLink(path)) {
                    what = "-> " + Files.readSymbolicLink(path);
                } else {
                    what = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
                }
                if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    what += " " + Files.getAttribute(path, "unix:nlink") + " "
                            + Files.getLastModifiedTime(path).toInstant().getEpochSecond() + " "
                            + new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1);
                }
                found.put(root.relativize(path).toString(), what);
            }
        }
        return found;
    }

    private List<String> leftBeside() throws IOException {
        try (Stream<Path> all = Files.list(home.root())) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith(".offsite"))
                    .toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu", "pax"})
    void aTarballComesBackAsTarWouldUnpackIt(String format) throws Exception {
        Path archive = home.backups().resolve("uploads.tar.gz");
        tar("-czf", archive.toString(), "--format=" + format, "--sort=name", "-C", tree().toString(), ".");
        home.replicate();
        Path expected = Files.createDirectory(directory.resolve("expected"));
        tar("-xpf", archive.toString(), "-C", expected.toString());

        OffsiteProcess.Exit exit = extract(0, "uploads.tar.gz", "--extract", ".", "--to", out.toString());

        assertThat(found(out)).isEqualTo(found(expected)).containsKeys(LONG, ODD, "sym", "zhard");
        assertThat(Files.getPosixFilePermissions(out)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(exit.out()).contains("extracted " + out, " from localfs:", "15 members");
        assertThat(leftBeside()).isEmpty();
    }

    @Test
    void someMembersComeBackAlone() throws Exception {
        tar("-czf", home.backups() + "/uploads.tgz", "--sort=name", "-C", tree().toString(), ".");
        home.replicate();

        extract(
                0,
                "uploads.tgz",
                "--extract",
                "uploads/*/*.pdf",
                "--extract",
                "./empty",
                "--to",
                home.root() + "/some");
        assertThat(found(home.root().resolve("some")))
                .containsOnlyKeys("empty", "uploads", "uploads/2026", "uploads/2026/a.pdf", "uploads/2026/c.pdf");
        extract(0, home.backups() + "/uploads.tgz", "--extract", "uploads/", "--to", "below/it");
        assertThat(found(home.root().resolve("below/it")))
                .containsKeys("uploads/2026/none", "uploads/2026/b.tif")
                .doesNotContainKey("empty");
        extract(0, "uploads.tgz", "--extract", "zz*", "--extract", "zhard", "--to", home.root() + "/");
        Path links = home.root().resolve("uploads");
        assertThat(found(links)).containsOnlyKeys("zhard", "zzhard");
        assertThat(links.resolve("zhard")).hasContent("a");
        assertThat(Files.isSameFile(links.resolve("zhard"), links.resolve("zzhard")))
                .isTrue();

        OffsiteProcess.Exit again = extract(1, "uploads.tgz", "--extract", "zhard", "--to", home.root() + "/");
        assertThat(again.err())
                .contains("TARGET_IO", links + " is there already", "--to")
                .doesNotContain("--force");
        OffsiteProcess.Exit unknown = extract(
                1, "uploads.tgz", "--extract", "empty", "--extract", "uploads/2026/d.pdf", "--to", out.toString());
        assertThat(unknown.err())
                .contains(
                        "CONTENT_MISSING",
                        "has no member uploads/2026/d.pdf",
                        "uploads/2026/a.pdf, uploads/2026/c.pdf");
        assertThat(out).doesNotExist();
        assertThat(leftBeside()).isEmpty();
    }

    @Test
    void whatIsNoTarballIsRefusedBeforeItIsFetched() throws Exception {
        SampleArchives archives = new SampleArchives(home.backups(), 3);
        archives.make("d.sql.gz", 1_000);
        archives.make("u.zip", 1_000);
        home.replicate();

        assertThat(extract(1, "d.sql.gz", "--extract", "x", "--to", out.toString())
                        .err())
                .contains("CONTENT_MISSING", "--table");
        assertThat(extract(1, "u.zip", "--extract", "x", "--to", out.toString()).err())
                .contains("CONTENT_MISSING", "without --extract", "unzip");
        extract(2, "u.zip", "--extract", "", "--to", out.toString());
        extract(2, "u.zip", "--extract", "x", "--force", "--to", out.toString());
        extract(2, "u.zip", "--extract", "x", "--table", "y", "--to", out.toString());
    }

    @Test
    void hostileMembersAreNamedAndTheRestIsRestored() throws Exception {
        Path outside = Files.createDirectory(home.root().resolve("outside"));
        HandmadeTar tar = new HandmadeTar()
                .file("good", "1")
                .file("../up", "x")
                .file("in/../../up", "x")
                .file(home.root() + "/absolute", "x")
                .member("way", '2', outside.toString())
                .file("way/through", "x")
                .member("inner", '2', "../outside")
                .member("inner/hard", '1', "good")
                .member("hardthrough", '1', "way/../good")
                .member("device", '3', "")
                .member("pipe", '6', "")
                .file("twice", "first")
                .file("twice", "last")
                .member("over", '2', outside + "/over")
                .file("over", "file")
                .longName("n".repeat(300))
                .file("n", "x")
                .header("setuid", '0', 0, "", 06755)
                .header("sparse", 'S', 0, "", 0644)
                .member("lost", '1', "nowhere");
        for (int i = 0; i < 10_000; i++) {
            tar.member("links/" + i, '1', "good");
        }
        HandmadeTar.write(
                home.backups().resolve("evil.tar.gz"), tar.file("last", "2").whole());
        home.replicate();

        OffsiteProcess.Exit exit =
                extract(1, "evil.tar.gz", "--extract", "*", "--extract", ".", "--to", out.toString());

        assertThat(exit.err())
                .contains(
                        "../up: its name leads outside",
                        "in/../../up: its name leads outside",
                        "/absolute: its name is absolute",
                        "way/through: way, above it, is a link",
                        "inner/hard: inner, above it, is a link",
                        "hardthrough: it is a hard link to way/../good, and its name leads outside",
                        "device: it is neither",
                        "pipe: it is neither",
                        "n\u2026: its name is too long",
                        "sparse: it is a sparse file",
                        "lost: it is a hard link to nowhere");
        assertThat(outside).isEmptyDirectory();
        assertThat(home.root().resolve("up")).doesNotExist();
        assertThat(home.root().resolve("absolute")).doesNotExist();
        assertThat(out.resolve("twice")).hasContent("last");
        assertThat(out.resolve("over")).hasContent("file");
        assertThat(Files.isSymbolicLink(out.resolve("over"))).isFalse();
        assertThat(Files.getAttribute(out.resolve("setuid"), "unix:mode")).isEqualTo(0100755);
        assertThat(Files.getAttribute(out.resolve("good"), "unix:nlink")).isEqualTo(10_001);
        assertThat(out.resolve("last")).hasContent("2");
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] all = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, all, one.length, other.length);
        return all;
    }

    @Test
    void aTarballThatIsCutGivesNothing() throws Exception {
        byte[] begun = new HandmadeTar()
                .file("a", "1")
                .header("b", '0', 5_000, "", 0644)
                .cut();
        byte[] huge = new HandmadeTar()
                .file("a", "1")
                .header("b", '0', 1L << 32, "", 0644)
                .whole();
        HandmadeTar.write(home.backups().resolve("begun.tar"), begun);
        HandmadeTar.write(home.backups().resolve("huge.tar.gz"), huge);
        HandmadeTar.write(
                home.backups().resolve("unmarked.tar"),
                new HandmadeTar().file("a", "1").cut());
        home.replicate();

        for (String name : List.of("begun.tar", "huge.tar.gz")) {
            OffsiteProcess.Exit exit = extract(1, name, "--extract", ".", "--to", out.toString());
            assertThat(exit.err()).contains("ARCHIVE_INCOMPLETE", name, "within b, which has ");
            assertThat(out).doesNotExist();
            assertThat(leftBeside()).isEmpty();
        }
        byte[] first = new HandmadeTar().file("a", "1").whole();
        byte[] second = new HandmadeTar().file("b", "2").whole();
        HandmadeTar.write(home.backups().resolve("joined.tar.gz"), joined(first, second));
        home.replicate();
        Path joined = home.root().resolve("joined");
        OffsiteProcess.Exit goesOn = extract(1, "joined.tar.gz", "--extract", ".", "--to", joined.toString());
        assertThat(goesOn.err())
                .contains("the tarball goes on at byte " + first.length + ", behind the mark of its end");
        assertThat(joined.resolve("a")).hasContent("1");
        OffsiteProcess.Exit exit = extract(1, "unmarked.tar", "--extract", "a", "--to", out.toString());
        assertThat(exit.err()).contains("no mark of its end");
        assertThat(out.resolve("a")).hasContent("1");
    }

    @Test
    void aBombDoesNotFillTheDisk() throws Exception {
        try (SmallDisk disk = new SmallDisk(directory.resolve("disk"), 16 << 20)) {
            String zeros = "\0".repeat(6 << 20);
            HandmadeTar.write(
                    home.backups().resolve("bomb.tar.gz"),
                    new HandmadeTar()
                            .file("a", zeros)
                            .file("b", zeros)
                            .file("c", zeros)
                            .whole());
            home.replicate();

            OffsiteProcess.Exit exit = extract(1, "bomb.tar.gz", "--extract", ".", "--to", disk.path() + "/out");

            assertThat(exit.err())
                    .contains("TARGET_FULL", "needs " + (6 << 20) + " bytes for c", (12 << 20) + " that were written");
            assertThat(disk.path()).isEmptyDirectory();
        }
    }

    @Test
    void aDamagedCopyGivesNothing() throws Exception {
        home.unset("BACKUP_ENCRYPTION_PASSPHRASE_FILE");
        HandmadeTar.write(
                home.backups().resolve("a.tar"),
                new HandmadeTar().file("a", "11").whole());
        home.replicate();
        Path copy = home.destination().resolve("a.tar");
        byte[] bytes = Files.readAllBytes(copy);
        bytes[513] ^= 1;
        Files.write(copy, bytes);

        OffsiteProcess.Exit exit =
                home.run(OffsiteHome.LONG, "restore", "a.tar", "--extract", "other", "--to", out.toString());

        assertThat(exit.code()).isNotZero();
        assertThat(exit.err()).contains("COPY_CORRUPT").doesNotContain("CONTENT_MISSING");
        assertThat(out).doesNotExist();
        assertThat(leftBeside()).isEmpty();
    }

    @Test
    void aKillLeavesTheTargetAsItWas() throws Exception {
        Path archive = new SampleArchives(home.backups(), 3).make("big.tar.gz", 48 << 20);
        home.replicate();

        try (OffsiteProcess process = home.start("restore", "big.tar.gz", "--extract", ".", "--to", "out")) {
            while (leftBeside().isEmpty() && !process.ended(Duration.ofMillis(1))) {
                assertThat(out).doesNotExist();
            }
            assertThat(process.running()).as(process.err()).isTrue();
            process.kill();
        }

        assertThat(out).doesNotExist();
        assertThat(leftBeside()).hasSize(1);
        extract(0, "big.tar.gz", "--extract", ".", "--to", out.toString());
        assertThat(leftBeside()).isEmpty();
        Path expected = Files.createDirectory(directory.resolve("expected"));
        tar("-xf", archive.toString(), "-C", expected.toString());
        assertThat(out.resolve("uploads/scan.tif")).hasSameBinaryContentAs(expected.resolve("uploads/scan.tif"));
    }
}
