package org.heratio.offsite.ledger.jdbc;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The start of an MVStore file: two blocks of 4096 bytes with a copy of the header each, and the first of the blocks with data. H2 never
 * makes any of them empty again, but it writes into a file that was emptied as if the rest were still there, and leaves a hole at the
 * start. Not safe for use by several threads.
 */
final class StoreStart implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreStart.class);
    private static final int BLOCK = 4096;
    private static final int FIRST_DATA = 2 * BLOCK;
    private static final int SAMPLE = 16;

    // a channel would be closed by the first thread that is interrupted while it reads
    private final RandomAccessFile file;
    private boolean seen;

    StoreStart(Path file) throws IOException {
        this.file = new RandomAccessFile(file.toFile(), "r");
    }

    /** Returns whether there was a header or data when somebody looked before, and is none now. */
    boolean gone() throws IOException {
        boolean complete = (filled(0) || filled(BLOCK)) && filled(FIRST_DATA);
        if (complete) {
            seen = true;
        }
        return seen && !complete;
    }

    private boolean filled(int offset) throws IOException {
        byte[] sample = new byte[SAMPLE];
        file.seek(offset);
        int length = Math.max(0, file.read(sample));
        for (int i = 0; i < length; i++) {
            if (sample[i] != 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            LOG.debug("the ledger's file would not close", e);
        }
    }
}
