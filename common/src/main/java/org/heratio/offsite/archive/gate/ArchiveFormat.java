package org.heratio.offsite.archive.gate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;

/** A format that backups come in, known by the bytes that its files begin with. */
enum ArchiveFormat {
    GZIP("a gzip file", ".gz", 0, "1f8b08"),
    ZIP("a zip file", ".zip", 0, "504b0304"),
    XZ("an xz file", ".xz", 0, "fd377a585a00"),
    ZSTD("a zstd file", ".zst", 0, "28b52ffd"),
    // the digit between them is the size of its blocks
    BZIP2("a bzip2 file", ".bz2", 4, "314159265359"),
    LZ4("an lz4 file", ".lz4", 0, "04224d18"),
    LZIP("an lzip file", ".lz", 0, "4c5a4950"),
    LZOP("an lzop file", ".lzo", 0, "894c5a4f000d0a1a0a"),
    COMPRESS("a file of compress", ".Z", 0, "1f9d"),
    SEVEN_ZIP("a 7z file", ".7z", 0, "377abcaf271c"),
    RAR("a rar file", ".rar", 0, "526172211a07"),
    TAR("a tar file that is not compressed", ".tar", 257, "7573746172");

    private static final int HEAD_BYTES = 512;

    private final String label;
    private final String ending;
    private final int offset;
    private final String magic;

    ArchiveFormat(String label, String ending, int offset, String magic) {
        this.label = label;
        this.ending = ending;
        this.offset = offset;
        this.magic = magic;
    }

    /** Returns the failure of a file that has the name of this format, and begins as one of another format. */
    Optional<Failure> misnamed(String fileName, FileChannel file) throws IOException {
        return of(file).filter(found -> found != this)
                .map(found -> new Failure(
                        ErrorCode.ARCHIVE_INCOMPLETE,
                        fileName + " is not " + label + ", as its name says, but " + found.label,
                        Hints.misnamed(found.ending)));
    }

    /** Looks at the first bytes of a file; the position of the channel is not touched. */
    private static Optional<ArchiveFormat> of(FileChannel file) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
        while (head.hasRemaining() && file.read(head, head.position()) >= 0) {
            // a network mount may answer in pieces
        }
        byte[] bytes = Arrays.copyOf(head.array(), head.position());
        return Arrays.stream(values()).filter(format -> format.matches(bytes)).findFirst();
    }

    private boolean matches(byte[] head) {
        int end = offset + magic.length() / 2;
        return head.length >= end && HexFormat.of().formatHex(head, offset, end).equals(magic);
    }
}
