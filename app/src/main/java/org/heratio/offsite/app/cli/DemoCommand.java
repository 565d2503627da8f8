package org.heratio.offsite.app.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.heratio.offsite.app.demo.Demo;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the main job. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Shows the main job on data of its own.",
        description = {
            "",
            "Ships backups encrypted to a localfs destination, verifies them, prints the ledger, restores one, and opens a copy"
                    + " with gpg alone. Nothing is written outside a new temporary directory.",
            ""
        },
        footer = {"", "Examples:", "  offsite demo", "  offsite demo --dir /var/www/heratio/storage/backups"})
final class DemoCommand implements Callable<Integer> {
    @Option(
            names = "--dir",
            paramLabel = "<directory>",
            converter = Arguments.FileNameConverter.class,
            description = "take this backup directory instead of a made-up one; it is only read")
    private @Nullable String directory;

    @Override
    public Integer call() throws Exception {
        Path from = directory == null ? null : Path.of(directory);
        if (from != null && !Files.isDirectory(from)) {
            throw new ConfigException(List.of(new ConfigProblem(
                    "--dir " + directory + " is not a directory", "leave --dir out to see made-up data")));
        }
        Path home = Files.createTempDirectory("heratio-offsite-demo-");
        return new Demo(home, from, GlobalOptions.out()).run(from == null);
    }
}
