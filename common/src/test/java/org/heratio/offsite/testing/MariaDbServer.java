package org.heratio.offsite.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.testcontainers.containers.GenericContainer;

/** MariaDB: Debian's, or a container of it, or of MySQL: {@code -Doffsite.mariadb.image=mysql:9.7.4}. */
public final class MariaDbServer extends DatabaseServer {
    private static final List<Path> BINARIES = List.of(Path.of("/usr/sbin/mariadbd"), Path.of("/usr/libexec/mariadbd"));

    private MariaDbServer(int port, ServerHost host) {
        super(port, host);
    }

    /** Makes and starts one. */
    public static MariaDbServer create() throws IOException {
        int port = ServerProcess.freePort();
        MariaDbServer server = new MariaDbServer(port, ServerContainer.wanted() ? container(port) : process(port));
        server.begin();
        return server;
    }

    private static ServerHost container(int port) {
        return new ServerContainer(
                new GenericContainer<>(System.getProperty("offsite.mariadb.image", Images.MARIADB))
                        .withEnv("MARIADB_ALLOW_EMPTY_ROOT_PASSWORD", "yes")
                        .withEnv("MYSQL_ALLOW_EMPTY_PASSWORD", "yes")
                        .withCommand("--log-bin=mysql-bin", "--innodb-flush-log-at-trx-commit=2"),
                Map.of(port, 3306));
    }

    private static ServerHost process(int port) throws IOException {
        ServerProcess process = ServerProcess.unprivileged(
                "mariadb",
                directory -> List.of(
                        binaries().findFirst().orElseThrow().toString(),
                        "--no-defaults",
                        "--datadir=" + directory.resolve("data"),
                        "--socket=" + directory.resolve("s"),
                        "--pid-file=" + directory.resolve("pid"),
                        "--port=" + port,
                        "--bind-address=127.0.0.1",
                        // as Heratio's recovery plan wants it; it also makes READ COMMITTED pickier
                        "--log-bin=mysql-bin",
                        "--innodb-buffer-pool-size=64M",
                        // a killed process loses nothing, only a killed machine would
                        "--innodb-flush-log-at-trx-commit=2"));
        process.run(List.of(
                "mariadb-install-db",
                "--no-defaults",
                "--datadir=" + process.directory().resolve("data"),
                "--auth-root-authentication-method=normal",
                "--skip-test-db"));
        return process;
    }

    /** Whether there is a server to run. */
    public static boolean installed() {
        return ServerContainer.wanted() || binaries().findFirst().isPresent();
    }

    private static Stream<Path> binaries() {
        return BINARIES.stream().filter(Files::isExecutable);
    }

    @Override
    List<String> userStatements() {
        return List.of(
                "CREATE USER '" + USER + "'@'%' IDENTIFIED BY '" + PASSWORD + "'",
                "GRANT ALL ON *.* TO '" + USER + "'@'%' WITH GRANT OPTION");
    }

    @Override
    public String laravelName() {
        return "mysql";
    }

    @Override
    public String url(String database) {
        return "jdbc:mariadb://127.0.0.1:" + port() + "/" + database + "?sslMode=disable&allowPublicKeyRetrieval=true";
    }

    @Override
    String createStatement(String database) {
        return "CREATE DATABASE " + database + " CHARACTER SET utf8mb4";
    }

    @Override
    Connection admin() throws SQLException {
        return DriverManager.getConnection(url(""), "root", "");
    }
}
