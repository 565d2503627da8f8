package org.heratio.offsite.archive.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.heratio.offsite.testing.Requires;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other people's programs write passes, and what they could not open does not. */
class ZipToolsIT {
    @TempDir
    Path dir;

    private Path zip;

    @BeforeEach
    void makeFiles() throws Exception {
        Path files = Files.createDirectories(dir.resolve("files/sub"));
        byte[] noise = new byte[200_000];
        new Random(3).nextBytes(noise);
        Files.write(files.resolve("scan.jpg"), noise);
        Files.writeString(files.resolve("dump.sql"), "INSERT INTO t VALUES (1);\n".repeat(5000));
        Files.createFile(files.resolve("empty"));
        Files.writeString(files.resolve("Café.txt"), "coffee\n", StandardCharsets.UTF_8);
        zip = dir.resolve("a.zip");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-q", "-0", "-9", "-X", "-D", "-fz", "-fd", "-y -l"})
    void whatZipWritesPasses(String options) throws Exception {
        requireZip();
        List<String> command = new ArrayList<>(List.of("zip", "-q", "-r"));
        command.addAll(List.of(options.split(" ", -1)));
        command.addAll(List.of(zip.toString(), "files"));
        run(null, null, command.toArray(String[]::new));
        assertWholeAndEachCutIsNot();
    }

    @Test
    void whatZipWritesIntoAPipePasses() throws Exception {
        requireZip();
        run(null, zip, "zip", "-q", "-r", "-", "files");
        assertWholeAndEachCutIsNot();
        // one entry without a name, from a pipe into a pipe
        run(dir.resolve("files/sub/dump.sql"), zip, "zip", "-q", "-", "-");
        assertWholeAndEachCutIsNot();
        run(dir.resolve("files/sub/dump.sql"), zip, "zip", "-q", "-fz", "-", "-");
        assertWholeAndEachCutIsNot();
    }

    @Test
    void whatZipAddsAndDeletesPasses() throws Exception {
        requireZip();
        run(null, null, "zip", "-q", "-r", zip.toString(), "files");
        run(null, null, "zip", "-q", "-d", zip.toString(), "files/sub/empty");
        Files.writeString(dir.resolve("more"), "more");
        run(null, null, "zip", "-q", "-g", zip.toString(), "more");
        assertWholeAndEachCutIsNot();
    }

    @Test
    void aSelfExtractingZipPasses() throws Exception {
        requireZip();
        run(null, null, "zip", "-q", "-r", zip.toString(), "files");
        byte[] program = "#!/bin/sh\nexec unzip \"$0\"\n".getBytes(StandardCharsets.US_ASCII);
        Files.write(zip, RawZip.concat(program, Files.readAllBytes(zip)));
        assertThat(Probe.of(zip).unchecked()).isEqualTo(program.length + " bytes in front of the first entry");
        run(null, null, "zip", "-q", "-A", zip.toString());
        assertThat(Probe.of(zip).unchecked()).isEqualTo(program.length + " bytes in front of the first entry");
    }

    @Test
    void anEncryptedZipIsCheckedInPart() throws Exception {
        requireZip();
        run(null, null, "zip", "-q", "-r", "-P", "secret", zip.toString(), "files");
        Probe probe = Probe.of(zip);
        assertThat(probe.fault()).isNull();
        assertThat(probe.unchecked()).isEqualTo("the content of 4 entries, encrypted");
        run(null, zip, "zip", "-q", "-r", "-P", "secret", "-", "files");
        probe = Probe.of(zip);
        assertThat(probe.fault()).isNull();
        assertThat(probe.unchecked()).contains("encrypted");
    }

    @Test
    void aSplitZipIsNamed() throws Exception {
        requireZip();
        run(null, null, "zip", "-q", "-r", "-s", "64k", zip.toString(), "files");
        assertThat(dir.resolve("a.z01")).exists();
        Probe probe = Probe.of(zip);
        assertThat(probe.reason()).contains("it is the last part of a split zip");
        assertThat(probe.hint()).contains("*.z[0-9][0-9]").doesNotContain("cut short");
    }

    @Test
    void aSplitZipOfOnePartIsWhole() throws Exception {
        requireZip();
        run(null, null, "zip", "-q", "-r", "-s", "10m", zip.toString(), "files");
        assertWholeAndEachCutIsNot();
    }

    @Test
    void whatPythonWritesPasses() throws Exception {
        requirePython();
        python("z = zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED)", "fill(z)", "z.close()");
        assertWholeAndEachCutIsNot();
        python("z = zipfile.ZipFile(path, 'w')", "fill(z)", "z.close()");
        python("z = zipfile.ZipFile(path, 'a')", "z.writestr('one more', b'more' * 1000)", "z.close()");
        assertWholeAndEachCutIsNot();
    }

    @Test
    void whatPythonWritesIntoAPipePasses() throws Exception {
        requirePython();
        for (String method : new String[] {"ZIP_DEFLATED", "ZIP_STORED"}) {
            python(
                    "class Pipe:",
                    "  def __init__(self, f): self.f = f",
                    "  def write(self, b): return self.f.write(b)",
                    "  def flush(self): self.f.flush()",
                    "f = open(path, 'wb')",
                    "z = zipfile.ZipFile(Pipe(f), 'w', zipfile." + method + ")",
                    "fill(z)",
                    "z.open('large', 'w', force_zip64=True).close()",
                    "e = z.open('large too', 'w', force_zip64=True)",
                    "e.write(b'x' * 1000)",
                    "e.close()",
                    "z.close()");
            assertWholeAndEachCutIsNot();
        }
    }

    @Test
    void whatPythonPacksInOtherWaysIsCheckedInPart() throws Exception {
        requirePython();
        python("z = zipfile.ZipFile(path, 'w', zipfile.ZIP_LZMA)", "fill(z)", "z.close()");
        Probe probe = Probe.of(zip);
        assertThat(probe.fault()).isNull();
        assertThat(probe.unchecked()).contains("packed by method 14");
    }

    @Test
    void whatJarWritesPasses() throws Exception {
        run(
                null,
                null,
                Path.of(System.getProperty("java.home"), "bin", "jar").toString(),
                "cf",
                zip.toString(),
                "files");
        assertWholeAndEachCutIsNot();
    }

    private void python(String... lines) throws Exception {
        String fill = """
                import os, sys, zipfile
                path = sys.argv[1]
                def fill(z):
                  for d, _, names in os.walk('files'):
                    for n in names: z.write(os.path.join(d, n))
                """;
        Path script = Files.writeString(dir.resolve("script.py"), fill + String.join("\n", lines) + "\n");
        run(null, null, "python3", script.toString(), zip.toString());
    }

    private void assertWholeAndEachCutIsNot() throws IOException, InterruptedException {
        assertThat(Probe.of(zip)).isEqualTo(new Probe(null, ""));
        byte[] whole = Files.readAllBytes(zip);
        for (int length = 1; length < whole.length; length += length > whole.length - 200 ? 1 : 9973) {
            assertThat(Probe.of(dir.resolve("cut.zip"), Arrays.copyOf(whole, length))
                            .whole())
                    .as("%d of %d bytes", length, whole.length)
                    .isFalse();
        }
    }

    private void run(Path in, Path out, String... command) throws IOException, InterruptedException {
        Path log = dir.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(dir.toFile())
                .redirectInput(in == null ? new File("/dev/null") : in.toFile())
                .redirectOutput(out == null ? log.toFile() : out.toFile())
                .redirectError(dir.resolve("errors").toFile());
        builder.environment().put("LC_ALL", "C.UTF-8");
        int exit = builder.start().waitFor();
        assertThat(exit)
                .as("%s: %s", List.of(command), Files.readString(dir.resolve("errors")))
                .isZero();
    }

    private static void requireZip() {
        Requires.program("zip", "zip");
    }

    private static void requirePython() {
        Requires.program("python3", "python3");
    }
}
