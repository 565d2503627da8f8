package org.heratio.offsite.destination.rsync;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.heratio.offsite.destination.CopyStream;
import org.heratio.offsite.files.HeldFile;

/** A copy that was fetched whole. Closing it removes the directory that contains it. */
record FetchedCopy(HeldFile file, StagingDirectory stage) implements CopyStream.Source {
    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        return file.channel().read(ByteBuffer.wrap(buffer, offset, length));
    }

    @Override
    public void close(boolean finished) {
        file.close();
        stage.close();
    }
}
