package org.heratio.offsite.archive.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZipGateTest {
    @TempDir
    Path dir;

    @Test
    void aWholeFilePasses() throws Exception {
        assertThat(look(zip(3, ""))).isNull();
        assertThat(look(zip(3, "with a comment"))).isNull();
    }

    @Test
    void moreEntriesThanTheOldFormatCanCountPass() throws Exception {
        byte[] large = zip(70_000, "");
        assertThat(look(large)).isNull();
        assertThat(look(Arrays.copyOf(large, large.length - 30)).code()).isEqualTo(ErrorCode.ARCHIVE_INCOMPLETE);
    }

    @Test
    void aSelfExtractorInFrontIsNoHarm() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write("#!/bin/sh\nunzip $0\n".getBytes(StandardCharsets.UTF_8));
        out.write(zip(3, ""));
        assertThat(look(out.toByteArray())).isNull();
    }

    @Test
    void aFileThatIsCutOffAnywhereIsIncomplete() throws Exception {
        byte[] whole = zip(5, "");
        for (int length = 1; length < whole.length; length += length > whole.length - 400 ? 1 : 501) {
            Failure failure = look(Arrays.copyOf(whole, length));
            assertThat(failure).as("%d bytes", length).isNotNull();
            assertThat(failure.code()).isEqualTo(ErrorCode.ARCHIVE_INCOMPLETE);
            assertThat(failure.reason()).contains("a.zip").contains("at byte");
        }
    }

    @Test
    void bytesThatAreMissingInTheMiddleAreNoticed() throws Exception {
        byte[] whole = zip(5, "");
        byte[] holed = new byte[whole.length - 100];
        System.arraycopy(whole, 0, holed, 0, 1000);
        System.arraycopy(whole, 1100, holed, 1000, holed.length - 1000);
        assertThat(look(holed)).isNotNull();
    }

    @Test
    void aDamagedDirectoryIsNoticed() throws Exception {
        byte[] whole = zip(5, "");
        int directory = indexOf(whole, new byte[] {'P', 'K', 1, 2});
        whole[directory] ^= 1;
        assertThat(look(whole).reason())
                .contains("entry 1 of its central directory")
                .endsWith("at byte " + directory);
    }

    @Test
    void aZipFileWithNothingInItIsEmpty() throws Exception {
        assertThat(look(new byte[0]).code()).isEqualTo(ErrorCode.ARCHIVE_EMPTY);
        assertThat(look(zip(0, "")).code()).isEqualTo(ErrorCode.ARCHIVE_EMPTY);
    }

    @Test
    void bytesThatWereWrittenAfterTheReadingDoNotCount() throws Exception {
        byte[] whole = zip(5, "");
        Path file = Files.write(dir.resolve("a.zip"), whole);
        try (FileChannel channel = FileChannel.open(file);
                CompletenessGate gate = CompletenessGate.of("A.ZIP", channel)) {
            gate.update(whole, 0, whole.length - 10);
            assertThat(catchThrowableOfType(FailureException.class, gate::finish))
                    .isNotNull();
        }
    }

    @Test
    void theEndingChoosesTheGateInAnyLetterCase() throws Exception {
        Path file = Files.write(dir.resolve("x"), new byte[] {1, 2, 3});
        try (FileChannel channel = FileChannel.open(file)) {
            assertThat(CompletenessGate.of("a.sql.GZ", channel)).isInstanceOf(GzipGate.class);
            assertThat(CompletenessGate.of("a.Zip", channel)).isInstanceOf(ZipGate.class);
            assertThat(CompletenessGate.of("mysql-bin.000123", channel)).isInstanceOf(OpenGate.class);
        }
    }

    @Test
    void anArchiveThatUnpacksToMuchIsStoppedByAnInterrupt() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            out.putNextEntry(new ZipEntry("zeros"));
            out.write(new byte[4 << 20]);
        }
        byte[] bomb = bytes.toByteArray();
        Path file = Files.write(dir.resolve("bomb.zip"), bomb);
        try (FileChannel channel = FileChannel.open(file);
                CompletenessGate gate = CompletenessGate.of("bomb.zip", channel)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> gate.update(bomb, 0, bomb.length)).isInstanceOf(InterruptedException.class);
        } finally {
            Thread.interrupted();
        }
    }

    private Failure look(byte[] bytes) throws IOException, InterruptedException {
        Path file = Files.write(dir.resolve("a.zip"), bytes);
        try (FileChannel channel = FileChannel.open(file);
                CompletenessGate gate = CompletenessGate.of("a.zip", channel)) {
            gate.update(bytes, 0, bytes.length);
            FailureException e = catchThrowableOfType(FailureException.class, gate::finish);
            return e == null ? null : e.failure();
        }
    }

    private static byte[] zip(int entries, String comment) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] content = new byte[entries > 100 ? 0 : 1000];
        new Random(entries).nextBytes(content);
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setComment(comment);
            for (int i = 0; i < entries; i++) {
                zip.putNextEntry(new ZipEntry("uploads/" + i + ".jpg"));
                zip.write(content);
            }
        }
        return out.toByteArray();
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int i = 0; i < bytes.length - part.length; i++) {
            if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        throw new AssertionError("not there");
    }
}
