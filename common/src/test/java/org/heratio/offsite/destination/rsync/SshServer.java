package org.heratio.offsite.destination.rsync;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.heratio.offsite.destination.SshAccount;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.ServerProcess;
import org.heratio.offsite.testing.Trees;

/** A real sshd as a child process, on the loopback and with keys of its own; it lets in the user that runs the tests. */
public final class SshServer implements AutoCloseable {
    private static final Path SSHD = Path.of("/usr/sbin/sshd");

    private final Path directory;
    private final int port;
    private final String keyExchange;
    private Process process;

    private SshServer(Path directory, int port, String keyExchange) throws IOException {
        this.directory = directory;
        this.port = port;
        this.keyExchange = keyExchange;
        this.process = launch();
    }

    /** Starts one; ready when it returns. The key exchange that ssh prefers would take half of the CPU time of a login. */
    public static SshServer start() throws Exception {
        return start("curve25519-sha256");
    }

    /** Starts one that offers all that an sshd offers. */
    public static SshServer startAsInstalled() throws Exception {
        return start("+curve25519-sha256");
    }

    private static SshServer start(String keyExchange) throws Exception {
        if (!Files.isExecutable(SSHD)) {
            throw new IllegalStateException("no sshd: apt-get install openssh-server rsync");
        }
        Path directory = Files.createTempDirectory("ssh-server");
        makeKey(directory.resolve("host_key"));
        makeKey(directory.resolve("user_key"));
        SshServer server = new SshServer(directory, ServerProcess.freePort(), keyExchange);
        Awaitility.await().atMost(HangLimit.STEP).until(server::answers);
        return server;
    }

    private Process launch() throws IOException {
        Files.createDirectories(Path.of("/run/sshd"));
        Path home = Files.createDirectories(directory.resolve("home"));
        Files.copy(
                directory.resolve("user_key.pub"),
                directory.resolve("authorized_keys"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(
                directory.resolve("sshd_config"),
                String.join(
                        "\n",
                        "Port " + port,
                        "ListenAddress 127.0.0.1",
                        "HostKey " + directory.resolve("host_key"),
                        "AuthorizedKeysFile " + directory.resolve("authorized_keys"),
                        "StrictModes no",
                        "PidFile none",
                        "PasswordAuthentication no",
                        "KbdInteractiveAuthentication no",
                        "UsePAM no",
                        "MaxStartups 100",
                        "KexAlgorithms " + keyExchange,
                        "PermitRootLogin prohibit-password",
                        "Subsystem sftp internal-sftp",
                        // where a login shell finds no start files of this user's, which may do much for each command
                        "SetEnv HOME=" + home,
                        ""));
        return new ProcessBuilder(
                        SSHD.toString(),
                        "-D",
                        "-e",
                        "-f",
                        directory.resolve("sshd_config").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log").toFile()))
                .start();
    }

    /** The same host with a new key, as after a reinstallation, or with someone in between. */
    public void changeHostKey() throws Exception {
        stop();
        Files.delete(directory.resolve("host_key"));
        Files.delete(directory.resolve("host_key.pub"));
        makeKey(directory.resolve("host_key"));
        process = launch();
        Awaitility.await().atMost(HangLimit.STEP).until(this::answers);
    }

    /** From now on our key may only run this, whatever it asks for. */
    public void forceCommand(String command) throws Exception {
        String key = Files.readString(directory.resolve("user_key.pub"));
        Files.writeString(
                directory.resolve("authorized_keys"),
                "command=\"" + command.replace("\"", "\\\"") + "\",restrict " + key);
    }

    /** Our key may run anything again. */
    public void lift() throws Exception {
        Files.copy(
                directory.resolve("user_key.pub"),
                directory.resolve("authorized_keys"),
                StandardCopyOption.REPLACE_EXISTING);
    }

    /** A key that it does not know. */
    public Path strangeKey() throws Exception {
        Path key = directory.resolve("strange_key");
        if (!Files.exists(key)) {
            makeKey(key);
        }
        return key;
    }

    public int port() {
        return port;
    }

    /** How to reach it. */
    public RsyncConfig config(Path path, Path stateDir) {
        return config(port, path, stateDir);
    }

    /**
     * The same by another port.
     *
     * @param port its own, or that of a proxy before it
     */
    public RsyncConfig config(int port, Path path, Path stateDir) {
        return config(port, path, directory.resolve("user_key"), stateDir);
    }

    /** The same with another key. */
    public RsyncConfig config(int port, Path path, Path key, Path stateDir) {
        return new RsyncConfig(
                new SshAccount("127.0.0.1", System.getProperty("user.name"), port, path.toString()),
                key,
                List.of(),
                stateDir.resolve("known_hosts"),
                stateDir.resolve("rsync"),
                patience(port));
    }

    /** The server itself is waited for; a proxy stands there to make its connections stall. */
    public Duration patience(int port) {
        return port == this.port ? HangLimit.STEP : Duration.ofSeconds(6);
    }

    /** The same with more options for rsync. */
    static RsyncConfig with(RsyncConfig config, String... extra) {
        return new RsyncConfig(
                config.account(),
                config.sshKey(),
                List.of(extra),
                config.knownHosts(),
                config.work(),
                config.timeout());
    }

    /** The same with another patience. */
    static RsyncConfig with(RsyncConfig config, Duration timeout) {
        return new RsyncConfig(
                config.account(), config.sshKey(), config.extra(), config.knownHosts(), config.work(), timeout);
    }

    private static void makeKey(Path file) throws Exception {
        Process keygen = new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file.toString())
                .redirectErrorStream(true)
                .start();
        if (!keygen.waitFor(HangLimit.SECONDS, TimeUnit.SECONDS) || keygen.exitValue() != 0) {
            throw new IllegalStateException(
                    "ssh-keygen: " + new String(keygen.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private boolean answers() throws IOException {
        if (!process.isAlive()) {
            throw new IllegalStateException("sshd ended: " + Files.readString(directory.resolve("log")));
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.getInputStream().read() == 'S';
        } catch (java.net.ConnectException e) {
            return false;
        }
    }

    private void stop() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }

    @Override
    public void close() throws Exception {
        stop();
        Trees.delete(directory);
    }
}
