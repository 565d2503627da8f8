package org.heratio.offsite.app.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.heratio.offsite.app.e2e.LedgerRow;
import org.heratio.offsite.app.e2e.OffsiteHome;
import org.heratio.offsite.app.e2e.OffsiteProcess;
import org.heratio.offsite.app.e2e.SampleArchives;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names that a shell, a terminal, a log, a message or a sidecar may stumble over. */
final class StrangeNamesIT {
    private static final int AT_ONCE = 3;
    private static final List<String> NAMES = List.of(
            "two words.sql.gz",
            "it's \"quoted\".sql.gz",
            "line\nbreak.sql.gz",
            "tab\tand\rreturn.zip",
            "ü\n'; rm -rf .. #.gz",
            "$(id) `id` %s%n ${HOME}.gz",
            "back\\slash\\n.sql.gz",
            // the same to the eye, and two files
            "caf\u00e9.sql.gz",
            "cafe\u0301.sql.gz",
            "-rf.sql.gz",
            "--help.zip",
            "*.gz",
            "\ud83d\uddc4.tar.gz",
            // shown backwards, it has another ending
            "\u202ezg.exe.sql.gz",
            "UPLOADS.TAR.GZ",
            "Data.Zip",
            "x".repeat(248) + ".sql.gz",
            "\u00e9".repeat(124) + ".sql.gz",
            "sub directory/line\nbreak/-deep.sql.gz",
            "sub directory/two words.sql.gz");

    @Test
    void everyArchiveComesBackWhateverItIsCalled(@TempDir Path dir) throws Exception {
        try (OffsiteHome home = new OffsiteHome(dir)) {
            SampleArchives samples = new SampleArchives(home.backups(), 5);
            for (int i = 0; i < NAMES.size(); i++) {
                // each of another size, so that none passes for another
                make(samples, home.backups(), NAMES.get(i), 2_000 + i);
            }
            OffsiteProcess.Exit exit = home.replicate();
            assertThat(exit.out().lines())
                    .as("one line for each archive, and the totals: %s", exit)
                    .hasSize(NAMES.size() + 1);
            assertThat(exit.out()).doesNotContain("\u202e").contains("\\u202ezg.exe.sql.gz");

            List<LedgerRow> rows = home.proof().everyArchiveIsVerified();
            assertThat(rows).hasSize(NAMES.size());
            home.proof().nothingIsLeftOver(rows);
            for (LedgerRow row : rows) {
                sidecarIsRight(row);
                home.proof().opensWithGpg(row);
            }
            restoreAll(home, rows);
        }
    }

    /** Upper-case endings are made like the others and renamed, since the maker goes by them. */
    private static void make(SampleArchives samples, Path backups, String name, long bytes) throws IOException {
        String ending = name.toLowerCase(Locale.ROOT).endsWith(".zip") ? ".zip" : ".sql.gz";
        Path made = samples.make("made" + ending, bytes);
        Path file = backups.resolve(name);
        Files.createDirectories(file.getParent());
        Files.move(made, file);
    }

    private static void sidecarIsRight(LedgerRow row) throws IOException, InterruptedException {
        Path copy = Path.of(row.remotePath());
        Path said = Files.createTempFile("sha256sum", ".txt");
        try {
            Process check = new ProcessBuilder("sha256sum", "--check", "--strict", "--", copy.getFileName() + ".sha256")
                    .directory(copy.getParent().toFile())
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            assertThat(check.waitFor())
                    .as("%s: %s", copy, Files.readString(said))
                    .isZero();
        } finally {
            Files.delete(said);
        }
        assertThat(Files.readString(Path.of(copy + ".sha256"))).contains(String.valueOf(row.sha256()));
    }

    private static void restoreAll(OffsiteHome home, List<LedgerRow> rows) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try {
            List<Callable<OffsiteProcess.Exit>> restores = new ArrayList<>();
            for (int i = 0; i < rows.size(); i++) {
                Path target = home.root().resolve("restored-" + i);
                Files.createDirectory(target);
                String archive = rows.get(i).localPath();
                restores.add(() -> home.run(OffsiteHome.LONG, "restore", archive, "--to", target + "/"));
            }
            int i = 0;
            for (Future<OffsiteProcess.Exit> restore : threads.invokeAll(restores)) {
                LedgerRow row = rows.get(i);
                assertThat(restore.get().code())
                        .as("restore %s: %s", row.localPath(), restore.get())
                        .isZero();
                assertThat(home.root().resolve("restored-" + i++).resolve(row.name()))
                        .hasSameBinaryContentAs(Path.of(row.localPath()));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void restoresByNameAloneAndAsksWhenTwoHaveIt(@TempDir Path dir) throws Exception {
        try (OffsiteHome home = new OffsiteHome(dir)) {
            SampleArchives samples = new SampleArchives(home.backups(), 6);
            String longName = "x".repeat(248) + ".sql.gz";
            for (String name : List.of("-rf.sql.gz", "a/twice.sql.gz", "b/twice.sql.gz", longName)) {
                samples.make(name, 3_000);
            }
            home.replicate();
            Map<String, String> remote =
                    home.history().stream().collect(Collectors.toMap(LedgerRow::localPath, LedgerRow::remotePath));

            restores(home, "-rf.sql.gz", "--", "-rf.sql.gz");
            restores(home, "b/twice.sql.gz", "b/twice.sql.gz");
            restores(home, longName, remote.get(home.backups().resolve(longName).toString()));
            OffsiteProcess.Exit twice = home.run(OffsiteHome.SHORT, "restore", "twice.sql.gz");
            assertThat(twice.code()).as("%s", twice).isEqualTo(1);
            assertThat(twice.err()).contains("a/twice.sql.gz", "b/twice.sql.gz", "give the whole path");
        }
    }

    private static void restores(OffsiteHome home, String name, String... arguments) throws Exception {
        Path target = home.root().resolve("restored.sql.gz");
        List<String> command = new ArrayList<>(List.of("restore", "--force", "--to", target.toString()));
        command.addAll(List.of(arguments));
        OffsiteProcess.Exit exit = home.run(OffsiteHome.SHORT, command.toArray(String[]::new));
        assertThat(exit.code()).as("restore %s: %s", name, exit).isZero();
        assertThat(target).hasSameBinaryContentAs(home.backups().resolve(name));
    }
}
