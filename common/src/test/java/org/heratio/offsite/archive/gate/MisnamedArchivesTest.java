package org.heratio.offsite.archive.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;
import org.heratio.offsite.archive.gate.RawZip.Entry;
import org.heratio.offsite.failure.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Archives of another format than their name says. */
class MisnamedArchivesTest {
    private static final byte[] TEXT = "CREATE TABLE t (i INT);\n".repeat(50).getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path dir;

    // the first bytes of what each program writes
    @ParameterizedTest
    @CsvSource({
        "fd377a585a000004e6d6b446, an xz file, .xz",
        "28b52ffd0458c10000, a zstd file, .zst",
        "425a683931415926535935, a bzip2 file, .bz2",
        "04224d186440a7, an lz4 file, .lz4",
        "4c5a49500114, an lzip file, .lz",
        "894c5a4f000d0a1a0a1040, an lzop file, .lzo",
        "1f9d9043a4, a file of compress, .Z",
        "377abcaf271c0004, a 7z file, .7z",
        "526172211a070100, a rar file, .rar"
    })
    void theReasonAndTheHintNameTheFormat(String head, String label, String ending) throws Exception {
        byte[] archive = RawZip.concat(HexFormat.of().parseHex(head), new byte[1000]);
        for (String name : new String[] {"a.sql.gz", "a.TGZ", "a.zip"}) {
            assertMisnamed(Probe.of(dir.resolve(name), archive), label, ending);
        }
    }

    @Test
    void aTarFileIsNamed() throws Exception {
        Path content = Files.write(dir.resolve("content"), TEXT);
        for (String name : new String[] {"a.tar.gz", "a.zip"}) {
            Path file = dir.resolve(name);
            Process tar = new ProcessBuilder(
                            "tar",
                            "-cf",
                            file.toString(),
                            "-C",
                            dir.toString(),
                            content.getFileName().toString())
                    .inheritIO()
                    .start();
            assertThat(tar.waitFor()).isZero();
            assertMisnamed(Probe.of(file), "a tar file that is not compressed", ".tar");
        }
    }

    @Test
    void aZipNamedGzAndAGzipFileNamedZipAreNamed() throws Exception {
        byte[] zip = new RawZip().add(Entry.deflated("a.txt", TEXT)).bytes();
        Probe probe = Probe.of(dir.resolve("a.gz"), zip);
        assertMisnamed(probe, "a zip file", ".zip");
        assertThat(probe.reason()).isEqualTo("a.gz is not a gzip file, as its name says, but a zip file");
        assertMisnamed(Probe.of(dir.resolve("a.zip"), gzip()), "a gzip file", ".gz");
    }

    @Test
    void aTextNamedGzIsNotCalledCutShort() throws Exception {
        Probe probe = Probe.of(dir.resolve("a.sql.gz"), TEXT);
        assertThat(probe.reason()).contains("does not begin as a gzip file");
        assertThat(probe.hint()).contains("compresses with gzip").doesNotContain("cut short");
    }

    @Test
    void whatIsCutShortIsStillCalledSo() throws Exception {
        byte[] zip = new RawZip().add(Entry.deflated("a.txt", TEXT)).bytes();
        for (int length = 4; length < zip.length; length++) {
            assertThat(Probe.of(dir.resolve("a.zip"), Arrays.copyOf(zip, length))
                            .hint())
                    .contains("cut short");
        }
        byte[] gzip = gzip();
        for (int length = 1; length < gzip.length; length++) {
            assertThat(Probe.of(dir.resolve("a.gz"), Arrays.copyOf(gzip, length))
                            .hint())
                    .contains("cut short");
        }
    }

    private static void assertMisnamed(Probe probe, String label, String ending) {
        assertThat(probe.fault().code()).isEqualTo(ErrorCode.ARCHIVE_INCOMPLETE);
        assertThat(probe.reason()).endsWith("but " + label);
        assertThat(probe.hint())
                .contains("ends in " + ending + ",")
                .contains("--force")
                .doesNotContain("cut short");
    }

    private static byte[] gzip() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(TEXT);
        }
        return out.toByteArray();
    }
}
