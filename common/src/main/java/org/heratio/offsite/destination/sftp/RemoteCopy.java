package org.heratio.offsite.destination.sftp;

import java.io.IOException;
import java.util.EnumSet;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClient.OpenMode;
import org.heratio.offsite.destination.CopyStream;

/** The bytes of a copy as they arrive, on a channel that nobody else has meanwhile. */
final class RemoteCopy implements CopyStream.Source {
    private final Channels.Lease lease;
    private final SftpClient.CloseableHandle handle;
    private final ReadAhead ahead;

    private RemoteCopy(Channels.Lease lease, SftpClient.CloseableHandle handle, ReadAhead ahead) {
        this.lease = lease;
        this.handle = handle;
        this.ahead = ahead;
    }

    static RemoteCopy open(Channels.Lease lease, String path, long from, long size)
            throws IOException, InterruptedException {
        SftpClient.CloseableHandle handle = lease.sftp.call(client -> client.open(path, EnumSet.of(OpenMode.Read)));
        return new RemoteCopy(lease, handle, new ReadAhead(lease.sftp, handle, from, size));
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException, InterruptedException {
        return ahead.read(buffer, offset, length);
    }

    /** To read what is still to come would take as long as it takes: the channel goes, and the file with it. */
    @Override
    public void close(boolean finished) {
        try (Channels.Lease given = lease) {
            if (finished && ahead.isQuiet()) {
                given.sftp.run(client -> handle.close());
                given.isWell();
            }
        } catch (IOException e) {
            // it was only read
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
