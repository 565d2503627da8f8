package org.heratio.offsite.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;

/** Debian's MariaDB. */
public final class MariaDbServer extends DatabaseServer {
    private static final List<Path> BINARIES = List.of(Path.of("/usr/sbin/mariadbd"), Path.of("/usr/libexec/mariadbd"));

    private final int port = ServerProcess.freePort();
    private final ServerProcess process = new ServerProcess("mariadb");
    private final Path data = process.directory().resolve("data");

    /** Makes and starts one. */
    public static MariaDbServer create() throws IOException {
        MariaDbServer server = new MariaDbServer();
        boolean started = false;
        try {
            server.process.run(List.of(
                    "mariadb-install-db",
                    "--no-defaults",
                    "--datadir=" + server.data,
                    "--auth-root-authentication-method=normal",
                    "--skip-test-db"));
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
        return binaries().findFirst().isPresent();
    }

    private static Stream<Path> binaries() {
        return BINARIES.stream().filter(Files::isExecutable);
    }

    private void makeUser() throws IOException {
        try (Connection connection = admin();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE USER '" + USER + "'@'%' IDENTIFIED BY '" + PASSWORD + "'");
            statement.execute("GRANT ALL ON *.* TO '" + USER + "'@'%' WITH GRANT OPTION");
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    @Override
    public MariaDbServer start() throws IOException {
        process.start(
                List.of(
                        binaries().findFirst().orElseThrow().toString(),
                        "--no-defaults",
                        "--datadir=" + data,
                        "--socket=" + data.resolve("s"),
                        "--pid-file=" + data.resolve("pid"),
                        "--port=" + port,
                        "--bind-address=127.0.0.1",
                        // as Heratio's recovery plan wants it; it also makes READ COMMITTED pickier
                        "--log-bin=mysql-bin",
                        "--innodb-buffer-pool-size=64M",
                        // a killed process loses nothing, only a killed machine would
                        "--innodb-flush-log-at-trx-commit=2"),
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
        return "mysql";
    }

    @Override
    public String url(String database) {
        return "jdbc:mariadb://127.0.0.1:" + port + "/" + database + "?sslMode=disable";
    }

    @Override
    String createStatement(String database) {
        return "CREATE DATABASE " + database + " CHARACTER SET utf8mb4";
    }

    @Override
    Connection admin() throws SQLException {
        return DriverManager.getConnection(url(""), "root", "");
    }

    @Override
    public void close() {
        process.remove();
    }
}
