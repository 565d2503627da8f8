package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Checks which classes a command loads that only reads the ledger: each library adds to the time of its start. */
@Timeout(HangLimit.TEST_SECONDS)
final class LoadedClassesIT {
    /** Packages of the libraries for destinations, RabbitMQ, messages and migrations. */
    private static final List<String> NOT_NEEDED = List.of(
            " software.amazon.",
            " io.vertx.rabbitmq.",
            " com.rabbitmq.",
            " com.fasterxml.jackson.",
            " org.flywaydb.core.internal.",
            " io.micrometer.",
            " org.bouncycastle.");

    @Test
    void commandsThatReadTheLedgerLoadNothingElse(@TempDir Path dir) throws Exception {
        try (OffsiteHome home = new OffsiteHome(dir).onEmbeddedLedger()) {
            new SampleArchives(home.backups(), 1).make("db.sql.gz", 1_000);
            home.replicate();
            home.set("BACKUP_OFFSITE_DRIVER", "localfs,s3")
                    .set("BACKUP_OFFSITE_S3_BUCKET", "none")
                    .set("BACKUP_OFFSITE_S3_KEY", "key")
                    .set("BACKUP_OFFSITE_S3_SECRET", "secret")
                    .set("BACKUP_OFFSITE_AMQP_URI", "amqp://guest:guest@127.0.0.1:1/");
            Path classes = home.root().resolve("classes");
            home.option("-Xlog:class+load:file=" + classes);
            for (String command : new String[] {"history", "status", "versions db.sql.gz"}) {
                home.run(OffsiteHome.LONG, command.split(" "));
                String loaded = Files.readString(classes);
                assertThat(loaded).as(command).contains(" org.h2.");
                assertThat(NOT_NEEDED).as(command).noneMatch(loaded::contains);
                Files.delete(classes);
            }
        }
    }
}
