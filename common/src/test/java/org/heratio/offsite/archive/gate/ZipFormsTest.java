package org.heratio.offsite.archive.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.heratio.offsite.archive.gate.RawZip.Entry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a whole zip may look like, and what is said of one that was checked in part. */
class ZipFormsTest {
    private static final byte[] TEXT = "a little text\n".repeat(20).getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path dir;

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\u001a", "\u001a\u001a\u001a\u001a"})
    void aLineEndOrCtrlZMayFollowTheEnd(String padding) throws Exception {
        assertWhole(RawZip.concat(zip(), padding.getBytes(StandardCharsets.US_ASCII)));
    }

    @ParameterizedTest
    @CsvSource({"1,true", "512,true", "65536,true", "65537,false", "1000000,false"})
    void zerosMayFollowTheEndUpToABound(int zeros, boolean whole) throws Exception {
        assertThat(probe(RawZip.concat(zip(), new byte[zeros])).whole()).isEqualTo(whole);
    }

    @Test
    void nothingElseMayFollowTheEnd() throws Exception {
        assertThat(probe(RawZip.concat(zip(), new byte[512], new byte[] {5})).whole())
                .isFalse();
        assertThat(probe(RawZip.concat(zip(), "garbage".getBytes(StandardCharsets.US_ASCII)))
                        .whole())
                .isFalse();
    }

    @Test
    void descriptorsOfAllFormsPass() throws Exception {
        Entry entry = Entry.deflated("a.txt", TEXT).withFlags(8);
        for (boolean signature : new boolean[] {true, false}) {
            for (boolean large : new boolean[] {true, false}) {
                byte[] descriptor = descriptor(entry, signature, large);
                assertWhole(new RawZip()
                        .add(entry, descriptor)
                        .add(
                                Entry.stored("b.txt", TEXT).withFlags(8),
                                descriptor(Entry.stored("b.txt", TEXT), signature, large))
                        .bytes());
            }
        }
    }

    @Test
    void aDescriptorThatIsAnnouncedAndNotNeededMayBeAbsent() throws Exception {
        byte[] whole = new RawZip()
                .add(Entry.stored("directory/", new byte[0]).withFlags(8))
                .bytes();
        assertWhole(whole);
    }

    @Test
    void zip64Passes() throws Exception {
        byte[] whole = new RawZip()
                .add(Entry.stored("a.txt", TEXT).withZip64())
                .add(Entry.deflated("b.txt", TEXT).withZip64())
                .end(true);
        assertWhole(whole);
        assertWhole(RawZip.concat(whole, new byte[512]));
        assertThat(probe(RawZip.concat("#!/bin/sh\n".getBytes(StandardCharsets.US_ASCII), whole))
                        .whole())
                .isTrue();
    }

    @Test
    void anEmptyFileWithoutDataPassesAsDeflated() throws Exception {
        assertWhole(new RawZip()
                .add(Entry.stored("a.txt", TEXT))
                .add(Entry.stored("empty", new byte[0]).withMethod(RawZip.DEFLATED))
                .bytes());
    }

    @Test
    void aDirectoryInAnotherOrderThanTheEntriesPasses() throws Exception {
        RawZip zip = new RawZip();
        // more than are looked up at once
        for (int i = 0; i < 70_000; i++) {
            zip.add(Entry.stored(Integer.toString(i), i % 1000 == 0 ? TEXT : new byte[0]));
        }
        byte[] whole = zip.reversed().end(true);
        assertWhole(whole);
        whole[50] ^= 1;
        assertThat(probe(whole).reason()).contains("entry 70000 (0) is damaged");
    }

    @Test
    void bytesThatBelongToNoEntryAreNamed() throws Exception {
        byte[] whole = new RawZip()
                .add(Entry.stored("a.txt", TEXT))
                .bytes(new byte[100])
                .add(Entry.stored("b.txt", TEXT))
                .bytes(new byte[11])
                .bytes();
        Probe probe = probe(whole);
        assertThat(probe.fault()).isNull();
        assertThat(probe.unchecked()).isEqualTo("111 bytes between entries");
    }

    @Test
    void entriesThatCannotBeUnpackedAreNamed() throws Exception {
        byte[] whole = new RawZip()
                .add(Entry.stored("a.txt", TEXT))
                .add(Entry.stored("b.txt", TEXT).withMethod(RawZip.BZIP2))
                .add(Entry.deflated("c.txt", TEXT).withFlags(1))
                .add(Entry.deflated("d.txt", TEXT).withFlags(1))
                .bytes();
        Probe probe = probe(whole);
        assertThat(probe.fault()).isNull();
        assertThat(probe.unchecked())
                .isEqualTo("the content of 2 entries, encrypted; the content of 1 entry, packed by method 12");
    }

    @Test
    void placesBeyondFourGibibytesAreFound() throws Exception {
        long hole = 5L << 30;
        byte[] before = new RawZip().add(Entry.stored("a.txt", TEXT)).bytes();
        int entry = before.length - 22 - 51;
        RawZip zip = new RawZip().add(Entry.stored("a.txt", TEXT)).shiftedBy(hole);
        byte[] whole = zip.add(Entry.stored("b.jpg", noise(3000)).withZip64()).end(true);
        Path file = dir.resolve("large.zip");
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(whole, 0, entry), 0);
            channel.write(ByteBuffer.wrap(whole, entry, whole.length - entry), entry + hole);
            try (CompletenessGate gate = CompletenessGate.of("large.zip", channel)) {
                gate.update(whole, 0, entry);
                byte[] zeros = new byte[1 << 20];
                for (long left = hole; left > 0; left -= zeros.length) {
                    gate.update(zeros, 0, zeros.length);
                }
                gate.update(whole, entry, whole.length - entry);
                assertThat(Probe.end(gate)).isEqualTo(new Probe(null, hole + " bytes between entries"));
            }
        }
    }

    @Test
    void theLastPartOfASplitZipIsNamed() throws Exception {
        byte[] last = zip();
        ByteBuffer.wrap(last).order(ByteOrder.LITTLE_ENDIAN).putShort(last.length - 18, (short) 2);
        Probe probe = probe(last);
        assertThat(probe.reason()).contains("it is the last part of a split zip");
        assertThat(probe.hint()).contains("*.z[0-9][0-9]").doesNotContain("cut short");
    }

    /** To put them in order costs a pass over the directory for each 65,536 of them. */
    @Test
    void aVastDirectoryOutOfOrderIsRefused() throws Exception {
        int entries = (1 << 20) + 1;
        byte[] local = RawZip.fields(31)
                .putInt(0x04034b50)
                .putShort(26, (short) 1)
                .put(30, (byte) 'a')
                .array();
        byte[] record = RawZip.fields(47)
                .putInt(0x02014b50)
                .putShort(28, (short) 1)
                .put(46, (byte) 'a')
                .array();
        byte[] end = RawZip.fields(22)
                .putInt(0x06054b50)
                .putShort(8, (short) entries)
                .putShort(10, (short) entries)
                .putInt(12, entries * record.length)
                .putInt(16, local.length)
                .array();
        Path zip = dir.resolve("vast.zip");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(zip))) {
            out.write(local);
            for (int i = 0; i < entries; i++) {
                out.write(record);
            }
            out.write(end);
        }

        Probe probe = Probe.of(zip);

        assertThat(probe.reason()).contains("1048577 entries, and not in the order of the file");
        assertThat(probe.hint()).contains("zip -r").doesNotContain("cut short");
    }

    private void assertWhole(byte[] bytes) throws IOException, InterruptedException {
        assertThat(probe(bytes)).isEqualTo(new Probe(null, ""));
    }

    private Probe probe(byte[] bytes) throws IOException, InterruptedException {
        return Probe.of(dir.resolve("a.zip"), bytes);
    }

    private static byte[] zip() {
        return new RawZip()
                .add(Entry.stored("a.txt", TEXT))
                .add(Entry.deflated("b.txt", TEXT))
                .bytes();
    }

    private static byte[] descriptor(Entry entry, boolean signature, boolean large) {
        byte[] mark = signature ? new byte[] {'P', 'K', 7, 8} : new byte[0];
        byte[] crc = RawZip.fields(4).putInt((int) entry.crc()).array();
        byte[] sizes = large
                ? RawZip.fields(16)
                        .putLong(entry.packed())
                        .putLong(entry.size())
                        .array()
                : RawZip.fields(8)
                        .putInt((int) entry.packed())
                        .putInt((int) entry.size())
                        .array();
        return RawZip.concat(mark, crc, sizes);
    }

    private static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        new Random(9).nextBytes(noise);
        return noise;
    }
}
