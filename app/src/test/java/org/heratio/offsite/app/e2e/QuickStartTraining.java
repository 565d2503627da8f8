package org.heratio.offsite.app.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.heratio.offsite.app.cli.CommandLineFactory;

/** The run whose classes {@link QuickStart} shares: the commands that tests start most, one after the other in one JVM. */
final class QuickStartTraining {
    private QuickStartTraining() {}

    /** @param arguments an empty directory */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        Path backups = Files.createDirectory(directory.resolve("backups"));
        new SampleArchives(backups, 1).make("a.sql.gz", 1_000);
        Path passphrase = Files.writeString(directory.resolve("passphrase"), "correct horse battery staple\n");
        Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
        Map<String, String> both = Map.of(
                "HERATIO_BACKUPS_PATH", backups.toString(),
                "BACKUP_ENCRYPTION_PASSPHRASE_FILE", passphrase.toString());
        Path near = settings(
                directory.resolve("near"),
                both,
                Map.of(
                        "BACKUP_OFFSITE_DRIVER",
                        "localfs",
                        "BACKUP_OFFSITE_LOCALFS_PATH",
                        directory.resolve("offsite").toString()));
        for (String command : List.of(
                "replicate",
                "status",
                "status --json",
                "history",
                "versions a.sql.gz",
                "verify-integrity --all",
                "restore a.sql.gz --to " + directory.resolve("restored"),
                "doctor")) {
            run(command, near);
        }
        // no server listens on port 1: the JVM loads the classes of the clients, and their connections are refused
        run(
                "doctor",
                settings(
                        directory.resolve("far"),
                        both,
                        Map.of(
                                "BACKUP_OFFSITE_DRIVER", "s3,rsync",
                                "BACKUP_OFFSITE_S3_BUCKET", "backups",
                                "BACKUP_OFFSITE_S3_ENDPOINT", "http://127.0.0.1:1",
                                "BACKUP_OFFSITE_S3_PATH_STYLE", "true",
                                "BACKUP_OFFSITE_S3_KEY", "key",
                                "BACKUP_OFFSITE_S3_SECRET", "secret",
                                "BACKUP_OFFSITE_RSYNC_HOST", "127.0.0.1",
                                "BACKUP_OFFSITE_RSYNC_PORT", "1",
                                "BACKUP_OFFSITE_RSYNC_PATH", "/backups",
                                "BACKUP_OFFSITE_AMQP_URI", "amqp://127.0.0.1:1")));
        System.exit(0);
    }

    private static Path settings(Path directory, Map<String, String> both, Map<String, String> more) throws Exception {
        Files.createDirectory(directory);
        List<String> lines =
                List.of(both, more, Map.of("BACKUP_OFFSITE_STATE_DIR", directory.resolve("state"))).stream()
                        .flatMap(map -> map.entrySet().stream())
                        .map(entry -> entry.getKey() + "=\"" + entry.getValue() + "\"")
                        .collect(Collectors.toList());
        return Files.write(directory.resolve("env"), lines);
    }

    private static void run(String command, Path settings) {
        CommandLineFactory.run((command + " --env-file " + settings).split(" "));
    }
}
