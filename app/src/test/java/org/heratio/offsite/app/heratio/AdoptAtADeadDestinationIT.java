package org.heratio.offsite.app.heratio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.heratio.offsite.app.e2e.FarServers;
import org.heratio.offsite.app.e2e.OffsiteHome;
import org.heratio.offsite.app.e2e.OffsiteProcess;
import org.heratio.offsite.app.e2e.SampleArchives;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.destination.FaultProxy;
import org.heratio.offsite.destination.rsync.SshServer;
import org.heratio.offsite.testing.MariaDbServer;
import org.heratio.offsite.testing.SharedDatabases;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Heratio has shipped to a host that is down when we come: nothing is shipped there again, and everything else goes on. */
@ExtendWith(SharedDatabases.class)
class AdoptAtADeadDestinationIT {
    private static final String PAYLOAD = "what Heratio shipped";

    private final HeratioTables tables;
    private final MariaDbServer server;

    @TempDir
    Path directory;

    AdoptAtADeadDestinationIT(MariaDbServer server) {
        this.server = server;
        this.tables = new HeratioTables(server);
    }

    private void claim(Path archive, Path copy) {
        tables.run("INSERT INTO ahg_backup_replication "
                + "(local_path, remote_path, driver, size_bytes, sha256, encrypted, replicated_at) VALUES ('" + archive
                + "', '" + copy + "', 'rsync', " + PAYLOAD.length() + ", '" + Digests.ofText(PAYLOAD)
                + "', 1, '2099-01-01 00:00:00')");
    }

    private List<List<String>> copies(String driver) {
        return tables.query("SELECT v.relative_path, c.state, c.claimed FROM offsite_copy c JOIN offsite_version v "
                + "ON v.id = c.version_id WHERE c.driver = '" + driver + "' ORDER BY v.relative_path");
    }

    @Test
    void keepsBackWhatHeratioShippedThereAndNothingElse() throws Exception {
        Path far = directory.resolve("far");
        try (OffsiteHome home = new OffsiteHome(Files.createDirectory(directory.resolve("home")))
                        .onDatabase(server, tables.database());
                SshServer ssh = SshServer.start();
                FaultProxy proxy = new FaultProxy(ssh.port())) {
            FarServers.shipTo(home, ssh, proxy.port(), far).set("BACKUP_OFFSITE_DRIVER", "localfs,rsync");
            SampleArchives archives = new SampleArchives(home.backups(), 3);
            Path copy = Files.writeString(Files.createDirectories(far).resolve("claimed.sql.gz.gpg"), PAYLOAD);
            claim(archives.make("claimed.sql.gz", 3_000), copy);
            claim(home.backups().resolve("gone.sql.gz"), far.resolve("gone.sql.gz.gpg"));
            archives.make("fresh.sql.gz", 3_000);
            proxy.cutAfterSending(0);

            OffsiteProcess.Exit replicate = home.run(OffsiteHome.LONG, "replicate", "--retry-for", OffsiteHome.PASSING);
            assertThat(replicate.code()).as("%s", replicate).isEqualTo(1);
            assertThat(replicate.err()).contains("what Heratio shipped to rsync can't be looked at, and waits");
            assertThat(copies("localfs"))
                    .containsExactly(
                            List.of("claimed.sql.gz", "VERIFIED", "0"), List.of("fresh.sql.gz", "VERIFIED", "0"));
            assertThat(copies("rsync")).extracting(row -> row.get(0)).containsExactly("fresh.sql.gz");
            OffsiteProcess.Exit shadow = home.run(OffsiteHome.SHORT, "adopt");
            assertThat(shadow.code()).isEqualTo(1);
            assertThat(shadow.out()).contains("2 unreachable", "unreachable " + home.backups());

            OffsiteProcess serve = home.start("serve");
            await().atMost(OffsiteHome.SHORT).until(() -> serve.err().contains("waits until it can be looked at"));
            assertThat(serve.err()).contains(": serving ");
            proxy.heal();
            await().atMost(OffsiteHome.SHORT)
                    .until(() -> copies("rsync")
                            .equals(List.of(
                                    List.of("claimed.sql.gz", "REPLICATED", "1"),
                                    List.of("fresh.sql.gz", "VERIFIED", "0"),
                                    List.of("gone.sql.gz", "REPLICATED", "1"))));
            serve.terminate();
            assertThat(serve.await(OffsiteHome.SHORT).code()).as(serve.err()).isZero();
            assertThat(copy).hasContent(PAYLOAD);
            assertThat(home.run(OffsiteHome.LONG, "verify-integrity", "--retry-for", OffsiteHome.PASSING)
                            .code())
                    .as("of what is missing, and has no archive, somebody has to hear")
                    .isEqualTo(1);
            assertThat(tables.query("SELECT local_path FROM ahg_backup_replication WHERE status = 'failed'"))
                    .containsExactly(
                            List.of(home.backups().resolve("gone.sql.gz").toString()));
        }
    }
}
