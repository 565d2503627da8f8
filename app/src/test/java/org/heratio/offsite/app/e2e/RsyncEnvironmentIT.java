package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.heratio.offsite.destination.rsync.SshServer;
import org.heratio.offsite.testing.Requires;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests which variables of our environment the children of the rsync driver get. */
final class RsyncEnvironmentIT {
    private static final String SECRET = "a secret of the environment";

    @TempDir
    Path dir;

    @Test
    void noSecretIsInTheEnvironmentOfAChild() throws Exception {
        try (OffsiteHome home = new OffsiteHome(Files.createDirectory(dir.resolve("home")));
                SshServer ssh = SshServer.start()) {
            FarServers.shipTo(home, ssh, ssh.port(), dir.resolve("far"))
                    .set("BACKUP_OFFSITE_DRIVER", "rsync")
                    .unset("BACKUP_ENCRYPTION_PASSPHRASE_FILE")
                    .set("BACKUP_ENCRYPTION_PASSPHRASE", SECRET)
                    .set("DB_PASSWORD", SECRET)
                    .set("AWS_SECRET_ACCESS_KEY", SECRET)
                    .set("SSH_AUTH_SOCK", "/run/no-agent")
                    .set("PATH", witnesses("rsync", "ssh") + ":" + System.getenv("PATH"));
            new SampleArchives(home.backups(), 13).make("a.sql.gz", 3_000);

            home.replicate();
        }
        for (String program : List.of("rsync", "ssh")) {
            String seen = Files.readString(dir.resolve(program + ".environ"), StandardCharsets.ISO_8859_1);
            assertThat(seen.split("\0", -1))
                    .as("the environment of %s", program)
                    .contains("LC_ALL=C", "SSH_AUTH_SOCK=/run/no-agent")
                    .noneMatch(variable -> variable.contains(SECRET) || variable.startsWith("BACKUP_"));
        }
    }

    /** Programs that write down their environment, and go on as those that they stand for. */
    private Path witnesses(String... programs) throws IOException {
        Path bin = Files.createDirectory(dir.resolve("bin"));
        for (String program : programs) {
            Path witness = Files.writeString(
                    bin.resolve(program),
                    "#!/bin/sh\ncat /proc/self/environ >>'" + dir.resolve(program + ".environ") + "'\nexec '"
                            + installed(program) + "' \"$@\"\n");
            Files.setPosixFilePermissions(witness, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return bin;
    }

    private static Path installed(String program) {
        return Requires.find(program).orElseThrow();
    }
}
