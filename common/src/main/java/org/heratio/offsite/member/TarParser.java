package org.heratio.offsite.member;

import java.io.IOException;
import org.heratio.offsite.member.PaxRecords.Malformed;
import org.jspecify.annotations.Nullable;

/**
 * Divides a tarball into its members as it passes: ustar, PAX (POSIX.1-2001) and GNU's format. The memory is bounded: a name has 64 KiB at
 * most, and a PAX header 1 MiB. Behind the first defect, and behind the mark of the end, bytes mean nothing. For one thread.
 */
public final class TarParser {
    private static final int MOST_OF_NAME = 64 << 10;
    private static final int MOST_OF_PAX = 1 << 20;

    private enum Part {
        HEADER,
        /** A name, or PAX records, of the member that follows. */
        EXTENSION,
        /** More of the map of a sparse file. */
        MAP,
        CONTENT,
        PADDING,
        /** After a block of zeros. */
        END
    }

    private final MemberSink sink;
    private final byte[] block = new byte[TarHeader.BYTES];
    private int blockBytes;
    private Part part = Part.HEADER;
    private MemberHeaders headers = new MemberHeaders();
    private byte[] extension = new byte[0];
    private char extensionType;
    private @Nullable Member member;
    private long left;
    private long padding;
    private long position;
    private long goesOnAt = -1;
    private @Nullable String wrong;

    public TarParser(MemberSink sink) {
        this.sink = sink;
    }

    /**
     * Takes the next bytes of the tarball.
     *
     * @throws IOException of the sink
     */
    public void update(byte[] bytes, int offset, int length) throws IOException {
        int at = offset;
        int end = offset + length;
        while (at < end && wrong == null) {
            if (part == Part.END) {
                lookBehindEnd(bytes, at, end);
                return;
            }
            int n = (int)
                    Math.min(end - at, part == Part.HEADER || part == Part.MAP ? block.length - blockBytes : left);
            position += n;
            take(bytes, at, n);
            at += n;
        }
    }

    /** Programs fill their last block with zeros. Other bytes may be members that the mark of the end hides. */
    private void lookBehindEnd(byte[] bytes, int from, int to) {
        for (int at = from; at < to && goesOnAt < 0; at++) {
            if (bytes[at] != 0) {
                goesOnAt = position + at - from;
            }
        }
        position += to - from;
    }

    /** Takes bytes that belong together, at least one. */
    private void take(byte[] bytes, int at, int n) throws IOException {
        switch (part) {
            case HEADER, MAP -> {
                System.arraycopy(bytes, at, block, blockBytes, n);
                blockBytes += n;
                if (blockBytes == block.length) {
                    blockBytes = 0;
                    takeBlock(new TarHeader(block.clone()));
                }
            }
            case EXTENSION -> {
                System.arraycopy(bytes, at, extension, (int) (extension.length - left), n);
                passed(n);
            }
            case CONTENT -> {
                sink.content(bytes, at, n);
                passed(n);
            }
            case PADDING -> passed(n);
            case END -> throw new IllegalStateException("nothing is taken behind the end");
        }
    }

    private void takeBlock(TarHeader header) throws IOException {
        if (part == Part.MAP) {
            if (!header.hasMoreOfMap(false)) {
                begin(headers.sparse());
            }
        } else if (header.isZero()) {
            part = Part.END;
        } else if (!header.isValid() || header.size() < 0) {
            wrong = "there is no header of a member at byte " + (position - block.length);
        } else {
            takeHeader(header);
        }
    }

    private void takeHeader(TarHeader header) throws IOException {
        switch (header.type()) {
            case 'L', 'K' -> extend(header, MOST_OF_NAME);
            case 'x', 'g' -> extend(header, MOST_OF_PAX);
            case 'V' -> headers = new MemberHeaders();
            default -> {
                try {
                    Member next = headers.member(header);
                    if (header.type() == 'S' && header.hasMoreOfMap(true)) {
                        part = Part.MAP;
                    } else {
                        begin(next);
                    }
                } catch (Malformed e) {
                    wrong = String.valueOf(e.getMessage());
                }
            }
        }
    }

    private void extend(TarHeader header, int most) throws IOException {
        if (header.size() > most) {
            wrong = "a header has " + header.size() + " bytes, which is more than " + most;
            return;
        }
        extension = new byte[(int) header.size()];
        extensionType = header.type();
        part = Part.EXTENSION;
        contentOf(extension.length);
    }

    private void begin(Member next) throws IOException {
        member = next;
        headers = new MemberHeaders();
        part = Part.CONTENT;
        sink.begin(next);
        contentOf(next.size());
    }

    private void contentOf(long size) throws IOException {
        left = size;
        padding = (TarHeader.BYTES - size % TarHeader.BYTES) % TarHeader.BYTES;
        passed(0);
    }

    private void passed(int n) throws IOException {
        left -= n;
        if (left > 0) {
            return;
        }
        if (part == Part.CONTENT) {
            sink.end();
            member = null;
        } else if (part == Part.EXTENSION) {
            takeExtension();
        }
        left = padding;
        padding = 0;
        part = left > 0 ? Part.PADDING : Part.HEADER;
    }

    private void takeExtension() {
        try {
            headers.take(extensionType, extension);
        } catch (Malformed e) {
            wrong = String.valueOf(e.getMessage());
        }
        extension = new byte[0];
    }

    /** Returns what is wrong with the tarball, as a part of a sentence, or null. All of it has passed. */
    public @Nullable String finish() {
        boolean between = part == Part.HEADER && blockBytes == 0 && headers.isEmpty();
        if (wrong == null && part != Part.END && !between) {
            Member within = member;
            wrong = "it ends at byte " + position + ", within "
                    + (within == null ? "a member" : within.name() + ", which has " + within.size() + " bytes");
        }
        return wrong;
    }

    /** Returns the place of the first byte behind the mark of the end that is no zero; negative if there is none. */
    public long goesOnAt() {
        return goesOnAt;
    }

    /** Returns whether the mark of the end has passed. Without it, members may be missing there. */
    public boolean hasEnd() {
        return part == Part.END;
    }
}
