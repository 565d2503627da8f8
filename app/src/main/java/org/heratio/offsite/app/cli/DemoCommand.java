package org.heratio.offsite.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.heratio.offsite.app.demo.Demo;
import org.heratio.offsite.app.demo.ServedDemo;
import org.heratio.offsite.app.run.StopSignal;
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
        footer = {
            "",
            "Examples:",
            "  offsite demo",
            "  offsite demo --serve",
            "  offsite demo --dir /var/www/heratio/storage/backups"
        })
final class DemoCommand implements Callable<Integer> {
    @Option(
            names = "--dir",
            paramLabel = "<directory>",
            converter = Arguments.FileNameConverter.class,
            description = "take this backup directory instead of a made-up one; it is only read")
    private @Nullable String directory;

    @Option(
            names = "--serve",
            description =
                    "show it on a running page: ship, damage a copy, repair it, and stay until Ctrl-C; then everything is"
                            + " removed")
    private boolean serve;

    @Override
    public Integer call() throws Exception {
        Path from = directory == null ? null : Path.of(directory);
        if (from != null && !Files.isDirectory(from)) {
            throw new ConfigException(List.of(new ConfigProblem(
                    "--dir " + directory + " is not a directory", "leave --dir out to see made-up data")));
        }
        if (serve) {
            StopSignal stop = StopSignal.install();
            return new ServedDemo(newHome(), from, GlobalOptions.out(), stop).run();
        }
        return new Demo(newHome(), from, GlobalOptions.out()).run();
    }

    private static Path newHome() throws IOException {
        return Files.createTempDirectory("heratio-offsite-demo-");
    }
}
