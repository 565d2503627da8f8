package org.heratio.offsite.archive.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.heratio.offsite.archive.gate.RawZip.Entry;
import org.heratio.offsite.failure.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Zips with bytes that are not those that were written. */
class DamagedZipTest {
    private static final int ENTRIES = 6;

    @TempDir
    Path dir;

    @Test
    void aHoleInAnyEntryIsNoticed() throws Exception {
        byte[] whole = zip(300);
        for (int number = 0; number < ENTRIES; number++) {
            int header = header(whole, number);
            byte[] holed = whole.clone();
            for (int at = header + 100; at < header + 200; at++) {
                holed[at] = 0;
            }
            Probe probe = probe(holed);
            assertThat(probe.fault().code()).isEqualTo(ErrorCode.ARCHIVE_INCOMPLETE);
            assertThat(probe.reason()).contains("entry " + (number + 1) + " (uploads/" + number + ".jpg) is damaged");
        }
    }

    @Test
    void aChangedByteIsNoticedOrNoReaderTakesContentFromIt() throws Exception {
        byte[] whole = zip(50);
        Map<String, Long> content = content(whole);
        BitSet unread = unread(whole);
        for (int at = 0; at < whole.length; at++) {
            for (int change : new int[] {1, 0x80, 1 + new Random(at).nextInt(255)}) {
                byte[] bad = whole.clone();
                bad[at] ^= (byte) change;
                if (probe(bad).whole()) {
                    assertThat(unread.get(at)).as("byte %d ^ %d", at, change).isTrue();
                    assertThat(content(bad)).as("byte %d ^ %d", at, change).isEqualTo(content);
                }
            }
        }
    }

    @Test
    void aChangedByteOfAZip64IsNoticedOrNoReaderTakesContentFromIt() throws Exception {
        byte[] whole = new RawZip()
                .add(Entry.stored("a", noise(1, 20)).withZip64())
                .add(Entry.deflated("b", noise(2, 20)).withZip64())
                .end(true);
        Map<String, Long> content = content(whole);
        for (int at = 0; at < whole.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] bad = whole.clone();
                bad[at] ^= (byte) (1 << bit);
                if (probe(bad).whole()) {
                    assertThat(content(bad)).as("byte %d, bit %d", at, bit).isEqualTo(content);
                }
            }
        }
    }

    @Test
    void anEntryThatUnpacksToMoreThanTheDirectorySaysIsNoticed() throws Exception {
        byte[] bomb = new RawZip()
                .add(Entry.deflated("zeros", new byte[50 << 20]).withSize(10))
                .bytes();
        assertThat(probe(bomb).reason()).contains("entry 1 (zeros) is damaged").contains("more than 10 bytes");
    }

    @Test
    void anEntryThatUnpacksToLessThanTheDirectorySaysIsNoticed() throws Exception {
        Entry stored = Entry.stored("a", noise(1, 20));
        Entry deflated = Entry.deflated("b", noise(1, 20));
        assertThat(probe(new RawZip().add(stored.withSize(21)).bytes()).reason())
                .contains("20 bytes instead of 21");
        assertThat(probe(new RawZip().add(deflated.withSize(21)).bytes()).reason())
                .contains("20 bytes instead of 21");
    }

    @Test
    void entriesThatOverlapAreRefused() throws Exception {
        byte[] twice =
                new RawZip().add(Entry.stored("a", noise(1, 20))).sameAgain().bytes();
        assertThat(probe(twice).whole()).isFalse();
        // the second entry is within the first one
        byte[] inner = RawZip.header(Entry.stored("b", new byte[0]));
        byte[] overlapping = new RawZip()
                .add(new Entry(
                        "a",
                        RawZip.STORED,
                        0,
                        ByteBuffer.allocate(0),
                        RawZip.crc(inner),
                        inner.length,
                        inner.length,
                        false))
                .add(Entry.stored("b", new byte[0]))
                .bytes();
        assertThat(probe(overlapping).reason()).contains("does not end before the next one begins");
    }

    @Test
    void aLocalHeaderThatContradictsTheDirectoryIsNoticed() throws Exception {
        byte[] whole = new RawZip().add(Entry.stored("name", noise(1, 20))).bytes();
        whole[30] = 'N';
        assertThat(probe(whole).reason())
                .contains("local header that contradicts")
                .endsWith("at byte 0");
    }

    @Test
    void aDescriptorThatContradictsTheDirectoryIsNoticed() throws Exception {
        byte[] content = noise(1, 20);
        Entry entry = Entry.deflated("a", content).withFlags(8);
        byte[] other = RawZip.fields(16)
                .putInt(0x08074b50)
                .putInt((int) entry.crc())
                .putInt((int) entry.packed() + 1)
                .putInt((int) entry.size())
                .array();
        assertThat(probe(new RawZip().add(entry, other).bytes()).reason()).contains("data descriptor that contradicts");
    }

    private Probe probe(byte[] bytes) throws IOException, InterruptedException {
        return Probe.of(dir.resolve("a.zip"), bytes);
    }

    /** Another reader's view: names and checksums, checked by it; empty when it refuses the file. */
    private Map<String, Long> content(byte[] bytes) throws IOException {
        Map<String, Long> content = new LinkedHashMap<>();
        Path file = Files.write(dir.resolve("b.zip"), bytes);
        try (ZipFile zip = new ZipFile(file.toFile(), StandardCharsets.ISO_8859_1)) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                content.put(
                        entry.getName(), RawZip.crc(zip.getInputStream(entry).readAllBytes()));
            }
        }
        return content;
    }

    /**
     * The bytes that say nothing of content: versions, flags, times, attributes, extra fields, comments, and what a descriptor says
     * instead. A block of deflated data begins with bits that say nothing, too.
     */
    private static BitSet unread(byte[] zip) {
        BitSet unread = new BitSet();
        ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < zip.length - 21; at++) {
            switch (bytes.getInt(at)) {
                case 0x04034b50 -> {
                    unread.set(at + 4, at + 8);
                    unread.set(at + 10, at + 14);
                    if ((bytes.get(at + 6) & 8) != 0) {
                        unread.set(at + 14, at + 26);
                    }
                    int name = at + 30 + bytes.getShort(at + 26);
                    unread.set(name, name + bytes.getShort(at + 28));
                    if (bytes.getShort(at + 8) == RawZip.DEFLATED) {
                        unread.set(name + bytes.getShort(at + 28));
                    }
                }
                case 0x02014b50 -> {
                    unread.set(at + 4, at + 10);
                    unread.set(at + 12, at + 16);
                    unread.set(at + 36, at + 42);
                    int name = at + 46 + bytes.getShort(at + 28);
                    unread.set(name, name + bytes.getShort(at + 30) + bytes.getShort(at + 32));
                }
                case 0x06054b50 -> unread.set(at + 22, zip.length);
                default -> {}
            }
        }
        return unread;
    }

    /** Stored and deflated entries, with and without descriptors, extra fields and comments. */
    private static byte[] zip(int contentBytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.ISO_8859_1)) {
            zip.setComment("all of it");
            for (int i = 0; i < ENTRIES; i++) {
                byte[] content = noise(i, contentBytes);
                ZipEntry entry = new ZipEntry("uploads/" + i + ".jpg");
                entry.setTime(1_795_000_000_000L);
                if (i % 2 == 0) {
                    entry.setMethod(ZipEntry.STORED);
                    entry.setSize(content.length);
                    entry.setCrc(RawZip.crc(content));
                }
                if (i >= 2) {
                    entry.setComment("the best");
                    entry.setExtra(new byte[] {'U', 'x', 2, 0, 1, 2});
                }
                zip.putNextEntry(entry);
                zip.write(content);
            }
        }
        return out.toByteArray();
    }

    private static byte[] noise(int seed, int bytes) {
        byte[] noise = new byte[bytes];
        new Random(seed).nextBytes(noise);
        return noise;
    }

    private static int header(byte[] zip, int number) {
        ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        int at = -1;
        for (int i = 0; i <= number; i++) {
            do {
                at++;
            } while (bytes.getInt(at) != 0x04034b50);
        }
        return at;
    }
}
