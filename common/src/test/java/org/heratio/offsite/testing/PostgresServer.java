package org.heratio.offsite.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;

/** PostgreSQL: Debian's, the newest one that is installed, or a container of it. */
public final class PostgresServer extends DatabaseServer {
    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");

    private static final String ADMIN = "test";
    // asked for in a container alone
    private static final String ADMIN_PASSWORD = "test";

    private @Nullable String strategy;

    private PostgresServer(int port, ServerHost host) {
        super(port, host);
    }

    /** Makes and starts one. */
    public static PostgresServer create() throws IOException {
        int port = ServerProcess.freePort();
        PostgresServer server = new PostgresServer(port, ServerContainer.wanted() ? container(port) : process(port));
        server.begin();
        return server;
    }

    private static ServerHost container(int port) {
        return new ServerContainer(
                new GenericContainer<>(Images.POSTGRES)
                        .withEnv("POSTGRES_USER", ADMIN)
                        .withEnv("POSTGRES_PASSWORD", ADMIN_PASSWORD)
                        .withCommand(
                                "postgres", "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "autovacuum=off"),
                Map.of(port, 5432));
    }

    private static ServerHost process(int port) throws IOException {
        ServerProcess process = ServerProcess.unprivileged(
                "postgres",
                directory -> List.of(
                        program("postgres"),
                        "-D",
                        directory.resolve("data").toString(),
                        "-p",
                        Integer.toString(port),
                        "-k",
                        directory.resolve("data").toString(),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        // a killed process loses nothing, only a killed machine would
                        "fsync=off",
                        "-c",
                        "full_page_writes=off",
                        "-c",
                        // it would start a process for each database of each test, again and again
                        "autovacuum=off"));
        Path data = process.directory().resolve("data");
        process.run(List.of(program("initdb"), "-D", data.toString(), "-A", "trust", "-U", ADMIN, "--no-sync"));
        // the owner of the databases has to say its password, over TCP as everybody
        String rules = "host all " + ADMIN + " 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n";
        Files.writeString(data.resolve("pg_hba.conf"), rules);
        return process;
    }

    /** Whether there is a server to run. */
    public static boolean installed() {
        return ServerContainer.wanted() || binaries().isPresent();
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

    @Override
    List<String> userStatements() {
        return List.of("CREATE ROLE " + USER + " LOGIN CREATEROLE PASSWORD '" + PASSWORD + "'");
    }

    @Override
    public String laravelName() {
        return "pgsql";
    }

    @Override
    public String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/" + database;
    }

    @Override
    String createStatement(String database) {
        return "CREATE DATABASE " + database + " OWNER " + USER + strategy();
    }

    /** Creates a copy of a database to which nobody is connected, and returns its name. */
    public String newDatabase(String template) {
        return newDatabaseBy(name -> createStatement(name) + " TEMPLATE " + template);
    }

    /** Returns what has the files of the template copied: page by page, as version 15 does by itself, takes twice the CPU time. */
    private synchronized String strategy() {
        String known = strategy;
        if (known == null) {
            try (Connection connection = admin()) {
                known = connection.getMetaData().getDatabaseMajorVersion() < 15 ? "" : " STRATEGY file_copy";
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            strategy = known;
        }
        return known;
    }

    @Override
    Connection admin() throws SQLException {
        return DriverManager.getConnection(url("postgres"), ADMIN, ADMIN_PASSWORD);
    }
}
