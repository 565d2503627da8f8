package org.heratio.offsite.archive.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GzipGateTest {
    private static final byte[] DUMP = dump();

    @Test
    void aWholeFilePassesInPortionsOfAnySize() throws Exception {
        byte[] whole = gzip(DUMP);
        for (int portion : new int[] {1, 2, 7, 1000, whole.length}) {
            assertThat(look(whole, portion)).as("portions of %d", portion).isNull();
        }
    }

    @Test
    void allMembersAreLookedAt() throws Exception {
        byte[] two = concat(gzip(DUMP), gzip(new byte[0]), gzip("more".getBytes(StandardCharsets.UTF_8)));
        assertThat(look(two, 777)).isNull();
        two[two.length - 6] ^= 1;
        assertThat(look(two, 777).reason()).contains("CRC of gzip member 3");
    }

    @Test
    void zerosMayFollowAndNothingElse() throws Exception {
        byte[] whole = gzip(DUMP);
        assertThat(look(concat(whole, new byte[10_000]), 4096)).isNull();
        Failure garbage = look(concat(whole, "garbage".getBytes(StandardCharsets.UTF_8)), 4096);
        assertThat(garbage.code()).isEqualTo(ErrorCode.ARCHIVE_INCOMPLETE);
        assertThat(garbage.reason()).contains("garbage follows").endsWith("at byte " + whole.length);
        assertThat(look(concat(whole, new byte[512], new byte[] {5}), 4096).reason())
                .endsWith("at byte " + (whole.length + 512));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n"})
    void oneLineEndMayFollow(String end) throws Exception {
        byte[] whole = concat(gzip(DUMP), end.getBytes(StandardCharsets.US_ASCII));
        for (int portion : new int[] {1, 2, 4096, whole.length}) {
            assertThat(look(whole, portion)).as("portions of %d", portion).isNull();
        }
        assertThat(look(concat(gzip(new byte[0]), end.getBytes(StandardCharsets.US_ASCII)), 4096)
                        .code())
                .isEqualTo(ErrorCode.ARCHIVE_EMPTY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r", "\n\n", "\r\n\n", "\n\0", "\r\r\n", "\0\n", " \n", "\u001a"})
    void otherWhiteSpaceMayNotFollow(String end) throws Exception {
        byte[] whole = gzip(DUMP);
        Failure failure = look(concat(whole, end.getBytes(StandardCharsets.US_ASCII)), 4096);
        assertThat(failure.code()).isEqualTo(ErrorCode.ARCHIVE_INCOMPLETE);
        assertThat(failure.reason()).contains("follows").contains("end of the gzip data");
    }

    @Test
    void noMemberFollowsALineEnd() throws Exception {
        byte[] lineEnd = {'\n'};
        assertThat(look(concat(gzip(DUMP), lineEnd, gzip(DUMP)), 4096).reason())
                .contains("garbage follows")
                .endsWith("at byte " + (gzip(DUMP).length + 1));
    }

    @Test
    void aFileThatIsCutOffAnywhereIsIncomplete() throws Exception {
        byte[] whole = gzip(DUMP);
        for (int length = 1; length < whole.length; length += length < 40 || length > whole.length - 40 ? 1 : 997) {
            Failure failure = look(Arrays.copyOf(whole, length), 4096);
            assertThat(failure.code()).as("%d bytes", length).isEqualTo(ErrorCode.ARCHIVE_INCOMPLETE);
            assertThat(failure.reason()).endsWith("at byte " + length);
            assertThat(failure.hint()).contains("--force");
        }
    }

    @Test
    void aChangedByteIsFound() throws Exception {
        byte[] whole = gzip(DUMP);
        // bytes 4 to 9 of the header are time, extra flags and system: nothing checks them
        for (int at = 10; at < whole.length; at += at > whole.length - 10 ? 1 : 331) {
            byte[] bad = whole.clone();
            bad[at] ^= 4;
            assertThat(look(bad, 4096)).as("byte %d", at).isNotNull();
        }
    }

    @Test
    void aGzipFileWithNothingInItIsEmpty() throws Exception {
        byte[] nothing = gzip(new byte[0]);
        assertThat(nothing).hasSize(20);
        assertThat(look(nothing, 20).code()).isEqualTo(ErrorCode.ARCHIVE_EMPTY);
        assertThat(look(concat(nothing, nothing), 20).code()).isEqualTo(ErrorCode.ARCHIVE_EMPTY);
        assertThat(look(new byte[0], 1).code()).isEqualTo(ErrorCode.ARCHIVE_EMPTY);
    }

    @Test
    void aHeaderMayHaveAllItsFields() throws Exception {
        byte[] plain = gzip(DUMP);
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.write(new byte[] {0x1f, (byte) 0x8b, 8, 2 | 4 | 8 | 16, 1, 2, 3, 4, 0, 3});
        header.write(new byte[] {3, 0, 'a', 'b', 'c'});
        header.write("dump.sql\0".getBytes(StandardCharsets.ISO_8859_1));
        header.write("a comment\0".getBytes(StandardCharsets.ISO_8859_1));
        CRC32 crc = new CRC32();
        crc.update(header.toByteArray());
        header.write((int) crc.getValue());
        header.write((int) crc.getValue() >> 8);
        byte[] rich = concat(header.toByteArray(), Arrays.copyOfRange(plain, 10, plain.length));
        assertThat(look(rich, 3)).isNull();
        rich[20] ^= 1;
        assertThat(look(rich, 3).reason()).contains("CRC of its header");
    }

    @Test
    void whatGzipItselfWritesPasses() throws Exception {
        Process gzip = new ProcessBuilder("gzip", "-c", "-9").start();
        try (OutputStream in = gzip.getOutputStream()) {
            in.write(Arrays.copyOf(DUMP, 20_000));
        }
        assertThat(look(gzip.getInputStream().readAllBytes(), 4096)).isNull();
    }

    @Test
    void otherBytesAreNoGzipFile() throws Exception {
        Failure failure = look("-- MySQL dump".getBytes(StandardCharsets.UTF_8), 5);
        assertThat(failure.reason()).contains("does not begin as a gzip file").endsWith("at byte 0");
    }

    @Test
    void aFaultShowsAsSoonAsItPassed() throws Exception {
        byte[] text = "no gzip".getBytes(StandardCharsets.UTF_8);
        try (CompletenessGate gate = CompletenessGate.gunzip("a.gz", (unpacked, offset, length) -> {})) {
            gate.update(text, 0, 1);
            assertThat(gate.fault()).isNotNull();
            assertThatCode(() -> gate.update(text, 1, 6)).doesNotThrowAnyException();
        }
    }

    @Test
    void anArchiveThatUnpacksToMuchIsStoppedByAnInterrupt() throws Exception {
        byte[] bomb = gzip(new byte[4 << 20]);
        try (CompletenessGate gate = CompletenessGate.gunzip("a.gz", (unpacked, offset, length) -> {})) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> gate.update(bomb, 0, bomb.length)).isInstanceOf(InterruptedException.class);
        } finally {
            Thread.interrupted();
        }
    }

    private static Failure look(byte[] bytes, int portion) throws IOException, InterruptedException {
        try (CompletenessGate gate = CompletenessGate.gunzip("a.sql.gz", (unpacked, offset, length) -> {})) {
            for (int at = 0; at < bytes.length; at += portion) {
                gate.update(bytes, at, Math.min(portion, bytes.length - at));
            }
            FailureException e = catchThrowableOfType(FailureException.class, gate::finish);
            return e == null ? null : e.failure();
        }
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    private static byte[] concat(byte[]... parts) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.write(part);
        }
        return out.toByteArray();
    }

    private static byte[] dump() {
        byte[] noise = new byte[300_000];
        new Random(1).nextBytes(noise);
        // half of it compresses well
        Arrays.fill(noise, 100_000, 250_000, (byte) 'x');
        return noise;
    }
}
