package org.heratio.offsite.archive.gate;

import java.io.IOException;
import java.nio.channels.FileChannel;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks a gzip file (RFC 1952): each member must end, with the CRC and the length that its trailer says. Zeros may
 * follow the last member, as tapes and block devices leave them, or one line end, as transfers in text mode and shells add it; nothing
 * else may.
 */
final class GzipGate implements CompletenessGate {
    private static final String GARBAGE = "garbage follows the end of the gzip data";

    private enum Part {
        /** Before the first byte of the file. */
        START,
        HEADER,
        DEFLATED,
        TRAILER,
        /** After a member: another one, padding, or the end. */
        BETWEEN,
        PADDING,
        /** After a carriage return, which belongs to a line end. */
        CARRIAGE_RETURN,
        LINE_END
    }

    private final String fileName;
    private final Inflation inflation;
    private final byte[] trailer = new byte[8];

    private Part part = Part.START;
    private GzipHeader header = new GzipHeader();
    private int trailerBytes;
    private long position;
    private long member;
    private long unpackedTotal;
    private @Nullable Failure fault;

    GzipGate(String fileName, Unpacked sink) {
        this.fileName = fileName;
        this.inflation = new Inflation(sink);
    }

    /** Opens the gate, and says at once when the file is of another format that is known. */
    static GzipGate open(String fileName, FileChannel archive) throws IOException {
        GzipGate gate = new GzipGate(fileName, (bytes, offset, length) -> {});
        gate.fault = ArchiveFormat.GZIP.misnamed(fileName, archive).orElse(null);
        return gate;
    }

    @Override
    public void update(byte[] bytes, int offset, int length) throws IOException, InterruptedException {
        int at = offset;
        int end = offset + length;
        while (at < end && fault == null) {
            int used = part == Part.DEFLATED ? inflate(bytes, at, end - at) : take(bytes[at] & 0xff);
            at += used;
            position += used;
        }
    }

    /** Takes one byte outside the deflated data. */
    private int take(int b) {
        switch (part) {
            case START -> begin(b);
            case BETWEEN -> {
                switch (b) {
                    case 0 -> part = Part.PADDING;
                    case '\n' -> part = Part.LINE_END;
                    case '\r' -> part = Part.CARRIAGE_RETURN;
                    default -> begin(b);
                }
            }
            case HEADER -> takeHeader(b);
            case TRAILER -> takeTrailer(b);
            case PADDING -> {
                if (b != 0) {
                    fail("something else than zeros follows the end of the gzip data");
                }
            }
            case CARRIAGE_RETURN -> {
                if (b != '\n') {
                    fail(GARBAGE);
                }
                part = Part.LINE_END;
            }
            case LINE_END -> fail(GARBAGE);
            case DEFLATED -> throw new IllegalStateException("deflated data does not come byte by byte");
        }
        return 1;
    }

    private void begin(int b) {
        if (b != 0x1f) {
            if (part == Part.START) {
                fail("it does not begin as a gzip file", Hints.NOT_GZIP);
            } else {
                fail(GARBAGE);
            }
            return;
        }
        header = new GzipHeader();
        part = Part.HEADER;
        takeHeader(b);
    }

    private void takeHeader(int b) {
        String wrong = header.take(b);
        if (wrong != null) {
            fail(wrong);
        } else if (header.complete()) {
            part = Part.DEFLATED;
            inflation.begin(Long.MAX_VALUE - 1);
            member++;
        }
    }

    private int inflate(byte[] bytes, int offset, int length) throws IOException, InterruptedException {
        int used = inflation.take(bytes, offset, length);
        String wrong = inflation.wrong();
        if (wrong != null) {
            position += used;
            fail(wrong);
            position -= used;
        } else if (inflation.finished()) {
            unpackedTotal += inflation.unpackedBytes();
            part = Part.TRAILER;
            trailerBytes = 0;
        }
        return used;
    }

    private void takeTrailer(int b) {
        trailer[trailerBytes++] = (byte) b;
        if (trailerBytes < trailer.length) {
            return;
        }
        if (littleEndian(0) != inflation.crc()) {
            fail("the CRC of gzip member " + member + " is not that of its content");
        } else if (littleEndian(4) != (inflation.unpackedBytes() & 0xffffffffL)) {
            fail("the length of gzip member " + member + " is not that of its content");
        } else {
            part = Part.BETWEEN;
        }
    }

    private long littleEndian(int at) {
        long value = 0;
        for (int i = 3; i >= 0; i--) {
            value = (value << 8) | (trailer[at + i] & 0xff);
        }
        return value;
    }

    private void fail(String what) {
        fail(what, Hints.INCOMPLETE);
    }

    private void fail(String what, String hint) {
        fault = new Failure(
                ErrorCode.ARCHIVE_INCOMPLETE,
                fileName + " is not a whole gzip file: " + what + ", at byte " + position,
                hint);
    }

    @Override
    public @Nullable Failure fault() {
        return fault;
    }

    @Override
    public void finish() throws FailureException {
        if (fault == null) {
            fault = faultAtEnd();
        }
        if (fault != null) {
            throw new FailureException(fault, null);
        }
    }

    private @Nullable Failure faultAtEnd() {
        switch (part) {
            case START -> {
                return new Failure(ErrorCode.ARCHIVE_EMPTY, fileName + " is empty (0 bytes)", Hints.EMPTY);
            }
            case HEADER -> fail("it ends within the header of a gzip member");
            case DEFLATED -> fail("it ends within the compressed data of gzip member " + member);
            case TRAILER -> fail("it ends within the trailer of gzip member " + member);
            case CARRIAGE_RETURN -> fail(GARBAGE);
            case BETWEEN, PADDING, LINE_END -> {
                if (unpackedTotal == 0) {
                    return new Failure(
                            ErrorCode.ARCHIVE_EMPTY,
                            fileName + " is a gzip file of " + position + " bytes with nothing in it",
                            Hints.EMPTY);
                }
            }
        }
        return fault;
    }

    @Override
    public void close() {
        inflation.close();
    }
}
