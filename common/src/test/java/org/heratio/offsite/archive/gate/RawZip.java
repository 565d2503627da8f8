package org.heratio.offsite.archive.gate;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes zip files field by field, so that a test can have what no honest tool writes. */
final class RawZip {
    static final int STORED = 0;
    static final int DEFLATED = 8;
    static final int BZIP2 = 12;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final List<byte[]> directory = new ArrayList<>();
    private long shift;

    /** An entry; what is not given is what it has to be. */
    record Entry(String name, int method, int flags, ByteBuffer data, long crc, long packed, long size, boolean large) {
        static Entry stored(String name, byte[] content) {
            return new Entry(
                    name,
                    STORED,
                    0,
                    ByteBuffer.wrap(content),
                    RawZip.crc(content),
                    content.length,
                    content.length,
                    false);
        }

        static Entry deflated(String name, byte[] content) {
            byte[] data = deflate(content);
            return new Entry(
                    name, DEFLATED, 0, ByteBuffer.wrap(data), RawZip.crc(content), data.length, content.length, false);
        }

        Entry withMethod(int other) {
            return new Entry(name, other, flags, data, crc, packed, size, large);
        }

        Entry withFlags(int other) {
            return new Entry(name, method, other, data, crc, packed, size, large);
        }

        Entry withSize(long other) {
            return new Entry(name, method, flags, data, crc, packed, other, large);
        }

        Entry withZip64() {
            return new Entry(name, method, flags, data, crc, packed, size, true);
        }
    }

    /** Anything between entries. */
    RawZip bytes(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    RawZip add(Entry entry) {
        return add(entry, new byte[0]);
    }

    /** An entry with a data descriptor, or nothing, behind it. */
    RawZip add(Entry entry, byte[] descriptor) {
        directory.add(record(entry, shift + out.size()));
        out.writeBytes(header(entry));
        byte[] data = new byte[entry.data.capacity()];
        entry.data.get(0, data);
        out.writeBytes(data);
        out.writeBytes(descriptor);
        return this;
    }

    /** One more record about the last entry. */
    RawZip sameAgain() {
        directory.add(directory.get(directory.size() - 1));
        return this;
    }

    RawZip reversed() {
        Collections.reverse(directory);
        return this;
    }

    /** Writes the offsets from now on as if so many bytes stood here, which the caller puts there. */
    RawZip shiftedBy(long bytes) {
        shift += bytes;
        return this;
    }

    byte[] bytes() {
        return end(false);
    }

    byte[] end(boolean zip64) {
        long start = shift + out.size();
        directory.forEach(out::writeBytes);
        long end = shift + out.size();
        int entries = directory.size();
        if (zip64) {
            out.writeBytes(fields(56)
                    .putInt(0x06064b50)
                    .putLong(44)
                    .putShort((short) 45)
                    .putShort((short) 45)
                    .putInt(0)
                    .putInt(0)
                    .putLong(entries)
                    .putLong(entries)
                    .putLong(end - start)
                    .putLong(start)
                    .array());
            out.writeBytes(fields(20)
                    .putInt(0x07064b50)
                    .putInt(0)
                    .putLong(end)
                    .putInt(1)
                    .array());
        }
        short count = zip64 ? -1 : (short) entries;
        out.writeBytes(fields(22)
                .putInt(0x06054b50)
                .putInt(0)
                .putShort(count)
                .putShort(count)
                .putInt(zip64 ? -1 : (int) (end - start))
                .putInt(zip64 ? -1 : (int) start)
                .putShort((short) 0)
                .array());
        return out.toByteArray();
    }

    static byte[] header(Entry entry) {
        byte[] name = entry.name.getBytes(StandardCharsets.UTF_8);
        boolean behind = (entry.flags & 8) != 0;
        byte[] extra = entry.large
                ? fields(20)
                        .putShort((short) 1)
                        .putShort((short) 16)
                        .putLong(entry.size)
                        .putLong(entry.packed)
                        .array()
                : new byte[0];
        return fields(30 + name.length + extra.length)
                .putInt(0x04034b50)
                .putShort((short) 20)
                .putShort((short) entry.flags)
                .putShort((short) entry.method)
                .putInt(0x58210000)
                .putInt(behind ? 0 : (int) entry.crc)
                .putInt(behind ? 0 : entry.large ? -1 : (int) entry.packed)
                .putInt(behind ? 0 : entry.large ? -1 : (int) entry.size)
                .putShort((short) name.length)
                .putShort((short) extra.length)
                .put(name)
                .put(extra)
                .array();
    }

    private static byte[] record(Entry entry, long offset) {
        byte[] name = entry.name.getBytes(StandardCharsets.UTF_8);
        byte[] extra = entry.large
                ? fields(28)
                        .putShort((short) 1)
                        .putShort((short) 24)
                        .putLong(entry.size)
                        .putLong(entry.packed)
                        .putLong(offset)
                        .array()
                : new byte[0];
        return fields(46 + name.length + extra.length)
                .putInt(0x02014b50)
                .putShort((short) 20)
                .putShort((short) 20)
                .putShort((short) entry.flags)
                .putShort((short) entry.method)
                .putInt(0x58210000)
                .putInt((int) entry.crc)
                .putInt(entry.large ? -1 : (int) entry.packed)
                .putInt(entry.large ? -1 : (int) entry.size)
                .putShort((short) name.length)
                .putShort((short) extra.length)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0)
                .putInt(0)
                .putInt(entry.large ? -1 : (int) offset)
                .put(name)
                .put(extra)
                .array();
    }

    static ByteBuffer fields(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static long crc(byte[] content) {
        CRC32 crc = new CRC32();
        crc.update(content);
        return crc.getValue();
    }

    static byte[] deflate(byte[] content) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try {
            deflater.setInput(content);
            deflater.finish();
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            byte[] buffer = new byte[8192];
            while (!deflater.finished()) {
                packed.write(buffer, 0, deflater.deflate(buffer));
            }
            return packed.toByteArray();
        } finally {
            deflater.end();
        }
    }
}
