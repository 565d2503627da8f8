package org.heratio.offsite.destination.sftp;

import java.io.IOException;
import java.time.Duration;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.sftp.client.RawSftpClient;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.extensions.openssh.OpenSSHStatExtensionInfo;
import org.apache.sshd.sftp.client.extensions.openssh.OpenSSHStatPathExtension;
import org.jspecify.annotations.Nullable;

/** A channel, which one thread at a time has. {@link Channels} ends its connection when a call gets no answer for too long. */
final class Sftp {
    private final SftpClient client;
    private final Duration timeout;
    /** When the call that waits was begun, in nanoseconds; 0 when none does. */
    private volatile long waitingSince;

    private volatile boolean stalled;
    private volatile boolean spoiled;

    Sftp(SftpClient client, Duration timeout) {
        this.client = client;
        this.timeout = timeout;
    }

    /** A call that waits for the host. */
    interface Call<T> {
        T on(SftpClient client) throws IOException;
    }

    /** The same without a result. */
    interface Step {
        void on(SftpClient client) throws IOException;
    }

    /**
     * Makes a call.
     *
     * @throws InterruptedException when the thread was interrupted; the channel is of no more use then
     */
    <T> T call(Call<T> call) throws IOException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        long now = System.nanoTime();
        waitingSince = now == 0 ? 1 : now;
        try {
            return call.on(client);
        } catch (IOException | RuntimeException e) {
            if (SftpFailures.isInterrupt(e)) {
                Thread.interrupted();
                throw (InterruptedException) new InterruptedException().initCause(e);
            }
            if (stalled) {
                throw new IOException("nothing came for " + timeout.toSeconds() + " s", e);
            }
            throw e instanceof IOException io ? io : new IOException(e);
        } finally {
            waitingSince = 0;
        }
    }

    void run(Step step) throws IOException, InterruptedException {
        boolean unused = call(client -> {
            step.on(client);
            return true;
        });
    }

    /** Returns the channel for requests whose answers are waited for later. */
    static RawSftpClient raw(SftpClient client) {
        return (RawSftpClient) client;
    }

    /** Ends the connection when a call has waited for too long. */
    void endWhenStalled() {
        long since = waitingSince;
        if (since != 0 && System.nanoTime() - since > timeout.toNanos()) {
            stalled = true;
            abort();
        }
    }

    boolean isOpen() {
        return client.isOpen() && !client.isClosing();
    }

    /** Nobody may use the channel after this one: answers are still to come that nobody waits for. */
    void spoil() {
        spoiled = true;
    }

    boolean isUsable() {
        return isOpen() && !spoiled;
    }

    boolean isStalled() {
        return stalled;
    }

    /** Returns what the host reports of the disk below a path; null when it reports nothing. */
    @Nullable
    OpenSSHStatExtensionInfo disk(String path) throws InterruptedException {
        OpenSSHStatPathExtension extension = client.getExtension(OpenSSHStatPathExtension.class);
        if (extension == null || !extension.isSupported() || !isOpen()) {
            return null;
        }
        try {
            return call(unused -> extension.stat(path));
        } catch (IOException e) {
            return null;
        }
    }

    /** Closes the channel without waiting. */
    void close() {
        client.getClientChannel().close(true);
    }

    /** Ends the connection of this channel, and with it all that wait on it. */
    void abort() {
        ClientSession session = client.getClientSession();
        session.close(true);
    }
}
