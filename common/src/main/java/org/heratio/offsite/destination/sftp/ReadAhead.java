package org.heratio.offsite.destination.sftp;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.common.SftpConstants;
import org.apache.sshd.sftp.common.SftpException;

/** Reads a file that is open, and asks for the next pieces before they are wanted: so a far host costs no more than a near one. */
final class ReadAhead {
    private static final int PIECE = 32 << 10;
    private static final int AHEAD = 32;

    private final Sftp sftp;
    private final SftpClient.Handle handle;
    private final long end;
    private final Deque<Asked> asked = new ArrayDeque<>();
    private long next;
    private Buffer piece = new ByteArrayBuffer(new byte[0]);
    private int left;

    private record Asked(int id, long offset, int length) {}

    /**
     * @param from offset of the first byte
     * @param end offset behind the last byte
     */
    ReadAhead(Sftp sftp, SftpClient.Handle handle, long from, long end) {
        this.sftp = sftp;
        this.handle = handle;
        this.next = from;
        this.end = end;
    }

    /** Returns how many bytes were read, or -1 at the end. */
    int read(byte[] buffer, int offset, int length) throws IOException, InterruptedException {
        if (left == 0 && !receive()) {
            return -1;
        }
        int read = Math.min(length, left);
        piece.getRawBytes(buffer, offset, read);
        left -= read;
        return read;
    }

    /** Fills the buffer as far as there are bytes; returns how many that were. */
    int readFully(byte[] buffer, int length) throws IOException, InterruptedException {
        int total = 0;
        int read = 0;
        while (total < length && read >= 0) {
            read = read(buffer, total, length - total);
            total += Math.max(0, read);
        }
        return total;
    }

    /** Returns whether every answer has come that was asked for. */
    boolean isQuiet() {
        return asked.isEmpty();
    }

    /** False at the end. */
    private boolean receive() throws IOException, InterruptedException {
        while (asked.size() < AHEAD && next < end) {
            int length = (int) Math.min(PIECE, end - next);
            asked.add(ask(next, length));
            next += length;
        }
        Asked first = asked.poll();
        if (first == null) {
            return false;
        }
        left = sftp.call(client -> take(Sftp.raw(client).receive(first.id()), first.length()));
        if (left == 0) {
            return false;
        }
        if (left < first.length()) {
            // less than was asked for, without being the end: the rest comes before what was asked for since
            asked.push(ask(first.offset() + left, first.length() - left));
        }
        return true;
    }

    /** Takes an answer for the next piece. Returns how many bytes it brings, or 0 at the end of the file. */
    private int take(Buffer answer, int length) throws IOException {
        answer.getInt();
        int type = answer.getUByte();
        answer.getInt();
        if (type == SftpConstants.SSH_FXP_STATUS) {
            int status = answer.getInt();
            if (status == SftpConstants.SSH_FX_EOF) {
                return 0;
            }
            throw new SftpException(status, answer.getString());
        }
        if (type != SftpConstants.SSH_FXP_DATA) {
            throw new IOException("an answer of the type " + type + " to a read");
        }
        int bytes = answer.getInt();
        // one without bytes would be followed by another one, for ever
        if (bytes < 1 || bytes > length || bytes > answer.available()) {
            throw new IOException("an answer of " + bytes + " bytes to a read of " + length);
        }
        piece = answer;
        return bytes;
    }

    private Asked ask(long offset, int length) throws IOException, InterruptedException {
        byte[] id = handle.getIdentifier();
        Buffer request = new ByteArrayBuffer(id.length + Long.SIZE, false);
        request.putBytes(id);
        request.putLong(offset);
        request.putInt(length);
        return new Asked(
                sftp.call(client -> Sftp.raw(client).send(SftpConstants.SSH_FXP_READ, request)), offset, length);
    }
}
