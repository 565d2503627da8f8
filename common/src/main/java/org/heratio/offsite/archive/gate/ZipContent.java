package org.heratio.offsite.archive.gate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/** The data of one entry after the other, unpacked to nowhere. What is encrypted, or packed in another way, is counted instead. */
final class ZipContent implements AutoCloseable {
    private enum Way {
        STORED,
        DEFLATED,
        UNSEEN
    }

    private final Inflation inflation = new Inflation();
    private final CRC32 storedCrc = new CRC32();
    private Way way = Way.STORED;
    private long encrypted;
    private long otherMethods;
    private int otherMethod;

    void begin(ZipRecord entry) {
        way = way(entry);
        switch (way) {
            case STORED -> storedCrc.reset();
            case DEFLATED -> inflation.begin(entry.size());
            case UNSEEN -> {
                if (entry.encrypted()) {
                    encrypted++;
                } else {
                    otherMethods++;
                    otherMethod = entry.method();
                }
            }
        }
    }

    private static Way way(ZipRecord entry) {
        if (entry.encrypted()) {
            return Way.UNSEEN;
        }
        return switch (entry.method()) {
            case ZipRecord.STORED -> Way.STORED;
            // some write no data at all for an empty file
            case ZipRecord.DEFLATED -> entry.packed() == 0 && entry.size() == 0 ? Way.STORED : Way.DEFLATED;
            default -> Way.UNSEEN;
        };
    }

    /** @param at the position of the first of these bytes in the file */
    void take(ZipRecord entry, byte[] bytes, int offset, int length, long at)
            throws IOException, Damaged, InterruptedException {
        switch (way) {
            case STORED -> storedCrc.update(bytes, offset, length);
            case DEFLATED -> {
                int used = inflation.take(bytes, offset, length);
                String wrong = inflation.wrong();
                if (wrong == null && used < length) {
                    wrong = "its compressed data ends too early";
                }
                if (wrong != null) {
                    throw new Damaged(entry + " is damaged: " + wrong, at + used);
                }
            }
            case UNSEEN -> {}
        }
    }

    /** @param at the position behind the data */
    void finish(ZipRecord entry, long at) throws Damaged {
        switch (way) {
            case STORED -> require(entry, entry.packed(), storedCrc.getValue(), at);
            case DEFLATED -> {
                if (!inflation.finished()) {
                    throw new Damaged(entry + " is damaged: its compressed data has no end", at);
                }
                require(entry, inflation.unpackedBytes(), inflation.crc(), at);
            }
            case UNSEEN -> {}
        }
    }

    private static void require(ZipRecord entry, long size, long crc, long at) throws Damaged {
        if (size != entry.size()) {
            throw new Damaged(entry + " is damaged: it has " + size + " bytes instead of " + entry.size(), at);
        }
        if (crc != entry.crc()) {
            throw new Damaged(entry + " is damaged: its CRC is not that of its content", at);
        }
    }

    /** Returns what was counted. */
    Optional<String> unseen() {
        List<String> parts = new ArrayList<>();
        if (encrypted > 0) {
            parts.add(entries(encrypted) + ", encrypted");
        }
        if (otherMethods > 0) {
            parts.add(entries(otherMethods) + ", packed by method " + otherMethod);
        }
        return parts.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", parts));
    }

    private static String entries(long number) {
        return "the content of " + number + (number == 1 ? " entry" : " entries");
    }

    @Override
    public void close() {
        inflation.close();
    }
}
