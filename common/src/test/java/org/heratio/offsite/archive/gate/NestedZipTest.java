package org.heratio.offsite.archive.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.heratio.offsite.archive.gate.RawZip.Entry;
import org.heratio.offsite.failure.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Zips that hold whole zips, cut off: the end of an inner one is not the end of the archive. */
class NestedZipTest {
    private static final byte[] TEXT = "a little text\n".repeat(20).getBytes(StandardCharsets.UTF_8);
    private static final byte[] NOISE = noise(300);

    @TempDir
    Path dir;

    @Test
    void aZipThatIsCutAroundAStoredInnerZipIsNeverWhole() throws Exception {
        assertNeverWhole(outer(inner().bytes()));
    }

    @Test
    void aZipThatIsCutAroundAnInnerZip64IsNeverWhole() throws Exception {
        assertNeverWhole(outer(inner().end(true)));
    }

    @Test
    void aZipThatIsCutAroundAnInnerZipWithPaddingIsNeverWhole() throws Exception {
        assertNeverWhole(outer(RawZip.concat(inner().bytes(), new byte[600])));
    }

    @Test
    void aZipThatIsCutAroundAnEmptyInnerZipIsNeverWhole() throws Exception {
        assertNeverWhole(outer(new RawZip().bytes()));
    }

    @Test
    void aZipThatIsCutAroundZipsWithinZipsIsNeverWhole() throws Exception {
        assertNeverWhole(outer(outer(inner().bytes())));
    }

    @Test
    void aZipThatBeginsWithAnInnerZipIsNeverWholeWhenItIsCut() throws Exception {
        assertNeverWhole(new RawZip()
                .add(Entry.stored("inner.zip", inner().bytes()))
                .add(Entry.stored("b.jpg", NOISE))
                .bytes());
    }

    @Test
    void aSelfExtractingZipThatIsCutAroundAnInnerZipIsNeverWhole() throws Exception {
        byte[] program = "#!/bin/sh\nexec unzip \"$0\"\n".getBytes(StandardCharsets.UTF_8);
        byte[] whole = RawZip.concat(program, outer(inner().bytes()));
        assertThat(probe(whole).unchecked()).isEqualTo(program.length + " bytes in front of the first entry");
        assertNeverWhole(whole);
        // the same with offsets that count the program
        assertNeverWhole(new RawZip()
                .bytes(program)
                .add(Entry.stored("inner.zip", inner().bytes()))
                .add(Entry.stored("b.jpg", NOISE))
                .bytes());
    }

    @Test
    void theReasonNamesTheEntryThatTheDirectoryDoesNotKnow() throws Exception {
        byte[] inner = inner().bytes();
        byte[] outer = outer(inner);
        Probe cut = probe(Arrays.copyOf(outer, indexOf(outer, inner) + inner.length));
        assertThat(cut.fault().code()).isEqualTo(ErrorCode.ARCHIVE_INCOMPLETE);
        assertThat(cut.reason()).contains("behind a zip that is stored in it").endsWith("at byte 0");
        assertThat(cut.hint()).contains("cut short");
    }

    @Test
    void aProgramThatReadsZipsMayStandInFront() throws Exception {
        // cmp eax, 0x04034b50; jne …: the signature is there, and no header
        byte[] program = {'M', 'Z', (byte) 0x3d, 'P', 'K', 3, 4, (byte) 0x0f, (byte) 0x85, 1, 2, 3, 4, 0, 0, 0, 0, 0};
        assertThat(probe(RawZip.concat(program, new byte[64], inner().bytes())).whole())
                .isTrue();
    }

    @Test
    void aZipThatWasToBeSplitAndHasOnePartIsWhole() throws Exception {
        for (byte[] mark : new byte[][] {{'P', 'K', 7, 8}, {'P', 'K', '0', '0'}}) {
            byte[] whole =
                    new RawZip().bytes(mark).add(Entry.deflated("a.txt", TEXT)).bytes();
            assertThat(probe(whole)).isEqualTo(new Probe(null, ""));
        }
    }

    @Test
    void moreThanAProgramInFrontIsRefused() throws Exception {
        Probe probe = probe(RawZip.concat(new byte[(16 << 20) + 1], inner().bytes()));
        assertThat(probe.reason()).contains("knows nothing of the first 16777217 bytes");
    }

    private void assertNeverWhole(byte[] whole) throws IOException, InterruptedException {
        assertThat(probe(whole).fault()).isNull();
        for (int length = 1; length < whole.length; length++) {
            assertThat(probe(Arrays.copyOf(whole, length)).whole())
                    .as("%d of %d bytes", length, whole.length)
                    .isFalse();
        }
    }

    private Probe probe(byte[] bytes) throws IOException, InterruptedException {
        return Probe.of(dir.resolve("a.zip"), bytes);
    }

    private static RawZip inner() {
        return new RawZip().add(Entry.deflated("in.txt", TEXT)).add(Entry.stored("in.jpg", NOISE));
    }

    private static byte[] outer(byte[] inner) {
        return new RawZip()
                .add(Entry.deflated("a.txt", TEXT))
                .add(Entry.stored("inner.zip", inner))
                .add(Entry.stored("b.jpg", NOISE))
                .bytes();
    }

    private static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        new Random(5).nextBytes(noise);
        return noise;
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        int at = 0;
        while (!Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
            at++;
        }
        return at;
    }
}
