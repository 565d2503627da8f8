package org.heratio.offsite.archive.gate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The way through a zip file, from its first byte to its last: each entry that the directory names, in the order of the file, and
 * whatever is between them.
 */
final class ZipWalk implements AutoCloseable {
    private enum Part {
        /** Bytes that no entry has. */
        GAP,
        HEADER,
        NAME,
        DATA,
        DESCRIPTOR,
        /** The central directory, and all that is behind it. */
        REST
    }

    private final ZipEntries entries;
    private final ZipContent content = new ZipContent();
    private final long directoryStart;
    private final long program;
    private final long size;

    private Part part = Part.GAP;
    private long position;
    /** Where the part ends. */
    private long until;

    private @Nullable ZipRecord entry;
    private @Nullable ZipRecord next;
    private boolean described;
    private byte[] held = new byte[ZipHeader.FIXED_BYTES];
    private int heldBytes;
    private long gaps;

    /**
     * @param size the length of the file
     * @param program the length of a program in front of the first entry
     */
    ZipWalk(ZipDirectory directory, long size, long program) throws IOException, Damaged {
        this.entries = directory.inOrderOfTheFile();
        this.directoryStart = directory.start();
        this.size = size;
        this.next = entries.next();
        this.program = program;
        this.until = directory.first();
        proceedWhereNothingIsLeft();
    }

    void take(byte[] bytes, int offset, int length) throws IOException, Damaged, InterruptedException {
        int at = offset;
        int end = offset + length;
        while (at < end) {
            if (position == size) {
                throw new Damaged("it grew while it was read", position);
            }
            int n = (int) Math.min(end - at, until - position);
            takePart(bytes, at, n);
            at += n;
            position += n;
            proceedWhereNothingIsLeft();
        }
    }

    private void takePart(byte[] bytes, int offset, int length) throws IOException, Damaged, InterruptedException {
        switch (part) {
            case HEADER, NAME, DESCRIPTOR -> {
                System.arraycopy(bytes, offset, held, heldBytes, length);
                heldBytes += length;
            }
            case DATA -> content.take(current(), bytes, offset, length, position);
            case GAP, REST -> {}
        }
    }

    private void proceedWhereNothingIsLeft() throws IOException, Damaged {
        while (position == until && part != Part.REST) {
            switch (part) {
                case GAP -> enterNext();
                case HEADER -> enterName();
                case NAME -> enterData();
                case DATA -> leaveData();
                case DESCRIPTOR -> leaveDescriptor();
                case REST -> throw new IllegalStateException("nothing follows the rest");
            }
        }
    }

    private void enter(Part now, long bytes) {
        part = now;
        until = position + bytes;
    }

    private void enterNext() throws IOException, Damaged {
        entry = next;
        if (entry == null) {
            enter(Part.REST, size - position);
            return;
        }
        next = entries.next();
        heldBytes = 0;
        enter(Part.HEADER, ZipHeader.FIXED_BYTES);
    }

    private void enterName() throws Damaged {
        ByteBuffer header = ZipBytes.wrap(held);
        if (!ZipHeader.startsAt(header, 0)) {
            throw new Damaged(
                    current() + " is not where the central directory says",
                    current().offset());
        }
        int more = ZipHeader.variableBytes(header);
        if (nextStart() - position - more < current().packed()) {
            throw new Damaged(
                    current() + " does not end before the next one begins",
                    current().offset());
        }
        held = Arrays.copyOf(held, Math.max(held.length, ZipHeader.FIXED_BYTES + more));
        enter(Part.NAME, more);
    }

    private void enterData() throws Damaged {
        ByteBuffer header = ZipBytes.wrap(held);
        long room = nextStart() - position - current().packed();
        if (room < 0) {
            throw new Damaged(
                    current() + " does not end before the next one begins",
                    current().offset());
        }
        described = ZipHeader.describedBehind(header) && room >= ZipHeader.SHORTEST_DESCRIPTOR;
        if (!ZipHeader.names(header, current()) || (!described && !ZipHeader.describes(header, current()))) {
            throw new Damaged(
                    current() + " has a local header that contradicts the central directory",
                    current().offset());
        }
        content.begin(current());
        enter(Part.DATA, current().packed());
    }

    private void leaveData() throws Damaged {
        content.finish(current(), position);
        long room = nextStart() - position;
        if (described) {
            heldBytes = 0;
            enter(Part.DESCRIPTOR, Math.min(room, ZipHeader.LONGEST_DESCRIPTOR));
        } else {
            enterGap(0);
        }
    }

    private void leaveDescriptor() throws Damaged {
        int bytes = ZipHeader.descriptorBytes(ZipBytes.wrap(held).limit(heldBytes), current());
        if (bytes < 0) {
            throw new Damaged(current() + " has a data descriptor that contradicts the central directory", position);
        }
        enterGap(heldBytes - bytes);
    }

    /** @param passed how many bytes of the gap have passed already */
    private void enterGap(int passed) {
        gaps += passed + nextStart() - position;
        enter(Part.GAP, nextStart() - position);
    }

    private ZipRecord current() {
        if (entry == null) {
            throw new IllegalStateException("there is no entry at byte " + position);
        }
        return entry;
    }

    private long nextStart() {
        return next == null ? directoryStart : next.offset();
    }

    void finish() throws Damaged {
        if (position != size || part != Part.REST) {
            throw new Damaged("it has " + size + " bytes, of which not all could be read", position);
        }
    }

    /** Returns what of the bytes that passed was not checked, as part of a sentence. */
    Optional<String> unchecked() {
        List<String> parts = new ArrayList<>();
        content.unseen().ifPresent(parts::add);
        if (program > 0) {
            parts.add(program + " bytes in front of the first entry");
        }
        if (gaps > 0) {
            parts.add(gaps + " bytes between entries");
        }
        return parts.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", parts));
    }

    @Override
    public void close() {
        content.close();
    }
}
