package org.heratio.offsite.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** MariaDB's own programs for dumps, on a server of the tests. */
public final class MariaDbTools {
    private final MariaDbServer server;
    private final Path directory;

    /** @param directory where files and what the programs say are put */
    public MariaDbTools(MariaDbServer server, Path directory) {
        Requires.program("mariadb-dump", "mariadb-client");
        this.server = server;
        this.directory = directory;
    }

    /** Dumps a database as Heratio does, with more options. Returns the file. */
    public Path dump(String database, String... options) throws IOException, InterruptedException {
        Path dump = Files.createTempFile(directory, "dump", ".sql");
        List<String> arguments =
                new ArrayList<>(List.of("--single-transaction", "--routines", "--triggers", "--events"));
        arguments.addAll(List.of(options));
        arguments.add(database);
        run("mariadb-dump", arguments, Path.of("/dev/null"), dump);
        return dump;
    }

    /** Runs a file of statements in a database. */
    public void load(Path sql, String database) throws IOException, InterruptedException {
        run("mariadb", List.of("--binary-mode", "--comments", database), sql, directory.resolve("loaded"));
    }

    private void run(String program, List<String> arguments, Path in, Path out)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                program,
                "--no-defaults",
                "--protocol=tcp",
                "--host=127.0.0.1",
                "--port=" + server.port(),
                "--user=" + DatabaseServer.USER));
        command.addAll(arguments);
        File said = directory.resolve("said").toFile();
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(said);
        builder.environment().put("MYSQL_PWD", DatabaseServer.PASSWORD);
        Process process = builder.start();
        if (!process.waitFor(HangLimit.SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(program + " hangs");
        }
        if (process.exitValue() != 0) {
            throw new IOException(program + ": " + Files.readString(said.toPath()));
        }
    }
}
