package org.heratio.offsite.destination.rsync;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.heratio.offsite.destination.CopyStream;

/** A copy that was fetched whole. Closing it removes the directory that contains it. */
record FetchedCopy(FileChannel file, StagingDirectory stage) implements CopyStream.Source {
    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        return file.read(ByteBuffer.wrap(buffer, offset, length));
    }

    @Override
    public void close(boolean finished) {
        try {
            file.close();
        } catch (IOException e) {
            // it was only read
        }
        stage.close();
    }
}
