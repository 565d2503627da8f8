package org.heratio.offsite.destination.sftp;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClient.OpenMode;
import org.apache.sshd.sftp.common.SftpConstants;
import org.apache.sshd.sftp.common.SftpException;
import org.heratio.offsite.destination.PayloadReader;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/**
 * Sends one payload into a partial file. What an earlier try left there is read back and compared, and the rest is sent: bytes that nobody
 * has compared are not trusted. Pieces go out without waiting for each answer, as many as a host takes at once.
 */
final class Upload {
    static final int CHUNK = 32 << 10;
    private static final int AHEAD = 64;

    private final Sftp sftp;
    private final PutRequest request;
    private final RateLimit limit;
    private final String path;
    private final Deque<Sent> sent = new ArrayDeque<>();
    private long arrived;

    private record Sent(int id, int length) {}

    /** @param path of the partial file; what is there already may be of an earlier try */
    Upload(Sftp sftp, PutRequest request, RateLimit limit, String path) {
        this.sftp = sftp;
        this.request = request;
        this.limit = limit;
        this.path = path;
    }

    /** The file is whole and synced when it returns. */
    void send() throws IOException, FailureException, InterruptedException {
        boolean quiet = false;
        try (PayloadReader payload = new PayloadReader(request)) {
            SftpClient.CloseableHandle handle = open();
            long size = sftp.call(client -> {
                SftpFiles.hide(client, handle);
                return client.stat(handle).getSize();
            });
            boolean allRead = send(payload, handle, size);
            awaitAll();
            payload.requireWhole();
            finish(handle);
            quiet = allRead;
        } finally {
            if (!quiet) {
                sftp.spoil();
            }
        }
    }

    /** What has the name and is no file, such as a link, is deleted: nothing is written through it. */
    private SftpClient.CloseableHandle open() throws IOException, InterruptedException {
        SftpClient.Attributes there = SftpTree.look(sftp, path);
        boolean resumes = there != null && there.isRegularFile();
        if (there != null && !resumes) {
            sftp.run(client -> client.remove(path));
        }
        EnumSet<OpenMode> modes = resumes
                ? EnumSet.of(OpenMode.Read, OpenMode.Write)
                : EnumSet.of(OpenMode.Create, OpenMode.Exclusive, OpenMode.Read, OpenMode.Write);
        return sftp.call(client -> client.open(path, modes));
    }

    /** Returns whether no answer is still to come that nobody waits for. */
    private boolean send(PayloadReader payload, SftpClient.Handle handle, long size)
            throws IOException, FailureException, InterruptedException {
        byte[] chunk = new byte[Math.min(CHUNK, limit.piece(CHUNK))];
        byte[] there = new byte[chunk.length];
        // one that is longer is of another payload
        ReadAhead earlier = new ReadAhead(sftp, handle, 0, size > request.size() ? 0 : size);
        boolean same = true;
        long offset = 0;
        for (int n = read(payload, chunk); n > 0; n = read(payload, chunk)) {
            if (same) {
                int compared = earlier.readFully(there, n);
                same = compared == n && Arrays.equals(chunk, 0, n, there, 0, n);
                if (!same && offset < size) {
                    truncate(handle, offset);
                }
            }
            if (same) {
                arrived += n;
                request.progress().accept(arrived);
            } else {
                limit.await(n);
                write(handle, offset, chunk, n);
            }
            offset += n;
        }
        if (same && size > offset) {
            truncate(handle, offset);
        }
        return earlier.isQuiet();
    }

    private void truncate(SftpClient.Handle handle, long size) throws IOException, InterruptedException {
        sftp.run(client -> client.setStat(handle, new SftpClient.Attributes().size(size)));
    }

    /** Fills the chunk; fewer bytes only at the end. */
    private static int read(PayloadReader payload, byte[] chunk) throws FailureException, InterruptedException {
        int total = 0;
        int read = 0;
        while (total < chunk.length && read >= 0) {
            total += read;
            read = total < chunk.length ? payload.read(chunk, total, chunk.length - total) : -1;
        }
        return total;
    }

    private void write(SftpClient.Handle handle, long offset, byte[] bytes, int length)
            throws IOException, InterruptedException {
        byte[] id = handle.getIdentifier();
        Buffer buffer = new ByteArrayBuffer(id.length + length + Long.SIZE, false);
        buffer.putBytes(id);
        buffer.putLong(offset);
        buffer.putBytes(bytes, 0, length);
        sent.add(new Sent(sftp.call(client -> Sftp.raw(client).send(SftpConstants.SSH_FXP_WRITE, buffer)), length));
        if (sent.size() >= AHEAD) {
            awaitOne();
        }
    }

    private void awaitAll() throws IOException, InterruptedException {
        while (!sent.isEmpty()) {
            awaitOne();
        }
    }

    private void awaitOne() throws IOException, InterruptedException {
        Sent first = sent.remove();
        sftp.run(client -> requireWritten(Sftp.raw(client).receive(first.id())));
        arrived += first.length();
        request.progress().accept(arrived);
    }

    private static void requireWritten(Buffer answer) throws IOException {
        answer.getInt();
        int type = answer.getUByte();
        answer.getInt();
        if (type != SftpConstants.SSH_FXP_STATUS) {
            throw new IOException("an answer of the type " + type + " to a write");
        }
        int status = answer.getInt();
        if (status != SftpConstants.SSH_FX_OK) {
            throw new SftpException(status, answer.getString());
        }
    }

    private void finish(SftpClient.CloseableHandle handle) throws IOException, FailureException, InterruptedException {
        long size = sftp.call(client -> {
            SftpFiles.sync(client, handle);
            long now = client.stat(handle).getSize();
            handle.close();
            return now;
        });
        if (size != request.size()) {
            throw new FailureException(
                    ErrorCode.DESTINATION_IO,
                    path + " has " + size + " bytes there, and " + request.size() + " were sent",
                    "look at the disk of the host");
        }
    }
}
