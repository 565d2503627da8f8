package org.heratio.offsite.destination.sftp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ClientChannel;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelListener;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.compression.BuiltinCompressions;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionHeartbeatController.HeartbeatType;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.sftp.SftpModuleProperties;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClientFactory;
import org.heratio.offsite.config.Secret;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/**
 * The one login that all channels of a destination share; made when it is first needed, and again when it broke. Nothing of the
 * configuration of this user's ssh is read. Thread-safe.
 */
final class Connection implements AutoCloseable {
    private static final int HEARTBEATS_LOST = 3;

    private final SftpConfig config;
    private final SftpFailures failures;
    private final KnownHosts hosts;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable SshClient client;
    private @Nullable ClientSession session;
    private boolean closed;
    /** True if the last login met another host key. An attribute of the session would be lost when the session closes. */
    private volatile boolean refused;

    private final AtomicInteger failed = new AtomicInteger();
    private @Nullable FailureException lastFailure;

    Connection(SftpConfig config, SftpFailures failures) {
        this.config = config;
        this.failures = failures;
        this.hosts = new KnownHosts(config.knownHosts(), config.account());
    }

    /** Opens a channel for SFTP, and logs in first when that is needed. */
    SftpClient channel() throws FailureException, InterruptedException {
        ClientSession open = session();
        Ended ended = new Ended();
        open.addChannelListener(ended);
        open.addSessionListener(ended);
        try {
            return SftpClientFactory.instance().createSftpClient(open);
        } catch (IOException | RuntimeException e) {
            requireNoInterrupt(e);
            if (e instanceof SshChannelOpenException) {
                throw failures.tooMany(e);
            }
            open.close(true);
            throw ended.byItself ? failures.noSftp(e) : failures.of("opening a channel", e, null);
        } finally {
            open.removeChannelListener(ended);
            open.removeSessionListener(ended);
        }
    }

    /** Hears of a command that runs instead of SFTP, and says something else or ends: an account that has none. A host that goes down says nothing. */
    private static final class Ended implements ChannelListener, SessionListener {
        private volatile boolean byItself;

        @Override
        public void channelStateChanged(Channel channel, String hint) {
            byItself |= channel instanceof ClientChannel client && client.getExitStatus() != null;
        }

        @Override
        public void sessionException(Session session, Throwable thrown) {
            for (Throwable t = thrown; t != null; t = t.getCause()) {
                byItself |= String.valueOf(t.getMessage()).contains("sftp packet length");
            }
        }

        @Override
        public void channelClosed(Channel channel, @Nullable Throwable reason) {
            channelStateChanged(channel, "");
        }
    }

    private ClientSession session() throws FailureException, InterruptedException {
        int failedBefore = failed.get();
        lock.lockInterruptibly();
        try {
            ClientSession open = session;
            if (open != null && open.isOpen()) {
                return open;
            }
            FailureException last = lastFailure;
            if (failed.get() != failedBefore && last != null) {
                throw last; // while this one waited for its turn: one after the other would wait for a dead host
            }
            try {
                open = login();
            } catch (FailureException e) {
                failed.incrementAndGet();
                lastFailure = e;
                throw e;
            }
            session = open;
            return open;
        } finally {
            lock.unlock();
        }
    }

    private ClientSession login() throws FailureException, InterruptedException {
        SshClient ssh = client();
        ClientSession made = null;
        boolean done = false;
        refused = false;
        try {
            ssh.setSignatureFactories(ordered(ssh.getSignatureFactories(), hosts.types()));
            made = ssh.connect(
                            config.user(),
                            config.account().host(),
                            config.account().port())
                    .verify(config.timeout())
                    .getClientSession();
            identify(made);
            made.auth().verify(config.timeout());
            done = true;
            return made;
        } catch (IOException | RuntimeException e) {
            requireNoInterrupt(e);
            throw refused ? failures.ofHostKey() : failures.ofLogin(e);
        } finally {
            if (!done && made != null) {
                made.close(true);
            }
        }
    }

    /** A host is asked first for the kinds of keys that it is known by: it may have others, too. */
    private static List<NamedFactory<Signature>> ordered(List<NamedFactory<Signature>> all, Set<String> known) {
        return all.stream()
                .sorted(Comparator.comparing(each -> !known.contains(KeyUtils.getCanonicalKeyType(each.getName()))))
                .toList();
    }

    private void identify(ClientSession made) throws FailureException, IOException {
        Path key = config.key();
        if (key != null) {
            try (InputStream in = Files.newInputStream(key)) {
                Iterable<KeyPair> pairs =
                        SecurityUtils.loadKeyPairIdentities(made, key::toString, in, FilePasswordProvider.EMPTY);
                if (pairs == null) {
                    throw failures.ofKey("holds no key", null);
                }
                pairs.forEach(made::addPublicKeyIdentity);
            } catch (GeneralSecurityException | RuntimeException e) {
                throw failures.ofKey("cannot be used: " + e.getMessage(), null);
            } catch (IOException e) {
                throw failures.ofKey("cannot be read: " + e.getMessage(), e);
            }
        }
        Secret password = config.password();
        if (password != null) {
            made.addPasswordIdentity(password.reveal());
        }
    }

    private SshClient client() throws FailureException {
        SshClient made = client;
        if (made == null) {
            if (closed) {
                throw failures.of("connecting", new IOException("the destination is closed"), null);
            }
            made = SshClient.setUpDefaultClient();
            made.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
            made.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
            // what is sent is compressed or encrypted already
            made.setCompressionFactories(List.of(BuiltinCompressions.none));
            made.setServerKeyVerifier((session, address, key) -> {
                try {
                    boolean accepted = hosts.accepts(key);
                    if (!accepted) {
                        refused = true;
                    }
                    return accepted;
                } catch (IOException e) {
                    return false; // nobody knows whether it is the same host
                }
            });
            Duration beat = config.timeout().dividedBy(HEARTBEATS_LOST);
            made.setSessionHeartbeat(HeartbeatType.IGNORE, beat);
            CoreModuleProperties.HEARTBEAT_INTERVAL.set(made, beat);
            CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX.set(made, HEARTBEATS_LOST);
            CoreModuleProperties.IO_CONNECT_TIMEOUT.set(made, config.timeout());
            SftpModuleProperties.SFTP_CHANNEL_OPEN_TIMEOUT.set(made, config.timeout());
            made.start();
            client = made;
        }
        return made;
    }

    private static void requireNoInterrupt(Exception e) throws InterruptedException {
        if (SftpFailures.isInterrupt(e)) {
            Thread.interrupted();
            throw (InterruptedException) new InterruptedException("while connecting").initCause(e);
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            SshClient made = client;
            client = null;
            if (made != null) {
                made.stop();
            }
        } finally {
            lock.unlock();
        }
    }
}
