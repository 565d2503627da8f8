package org.heratio.offsite.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Debian's PostgreSQL, the newest one that is installed. */
public final class PostgresServer extends DatabaseServer {
    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");

    private final int port = ServerProcess.freePort();
    private final ServerProcess process = new ServerProcess("postgres");
    private final Path data = process.directory().resolve("data");

    /** Makes and starts one. */
    public static PostgresServer create() throws IOException {
        PostgresServer server = new PostgresServer();
        boolean started = false;
        try {
            server.process.run(
                    List.of(program("initdb"), "-D", server.data.toString(), "-A", "trust", "-U", "test", "--no-sync"));
            // the owner of the databases has to say its password, over TCP as everybody
            String rules = "host all test 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n";
            Files.writeString(server.data.resolve("pg_hba.conf"), rules);
            server.start();
            server.makeUser();
            started = true;
            return server;
        } finally {
            if (!started) {
                server.close();
            }
        }
    }

    /** Whether there is a server to run. */
    public static boolean installed() {
        return binaries().isPresent();
    }

    private static Optional<Path> binaries() {
        if (!Files.isDirectory(INSTALLED)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(INSTALLED)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
                    .max(Comparator.naturalOrder());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String program(String name) {
        return binaries().orElseThrow().resolve(name).toString();
    }

    private void makeUser() throws IOException {
        try (Connection connection = admin();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE " + USER + " LOGIN CREATEROLE PASSWORD '" + PASSWORD + "'");
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    @Override
    public PostgresServer start() throws IOException {
        process.start(
                List.of(
                        program("postgres"),
                        "-D",
                        data.toString(),
                        "-p",
                        Integer.toString(port),
                        "-k",
                        data.toString(),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        // a killed process loses nothing, only a killed machine would
                        "fsync=off"),
                () -> {
                    try (Connection connection = admin()) {
                        return connection.isValid(5);
                    } catch (SQLException e) {
                        return false;
                    }
                });
        return this;
    }

    @Override
    public void kill() {
        process.kill();
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String laravelName() {
        return "pgsql";
    }

    @Override
    public String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    @Override
    String createStatement(String database) {
        return "CREATE DATABASE " + database + " OWNER " + USER;
    }

    @Override
    Connection admin() throws SQLException {
        return DriverManager.getConnection(url("postgres"), "test", "");
    }

    @Override
    public void close() {
        process.remove();
    }
}
