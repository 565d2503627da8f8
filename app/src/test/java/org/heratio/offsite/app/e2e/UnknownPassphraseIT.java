package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A passphrase that was mistyped, so that the copies of the right one open no longer. */
final class UnknownPassphraseIT {
    private static final String NAMED = "2 encrypted copies open with none of the passphrases";
    private static final String HINT = "BACKUP_ENCRYPTION_PASSPHRASE_FORMER_FILE";

    @TempDir
    Path directory;

    private OffsiteHome home;

    @BeforeEach
    void makeAHome() throws IOException {
        home = new OffsiteHome(directory);
    }

    @AfterEach
    void close() {
        home.close();
    }

    @Test
    void isToldBeforeAnythingIsShippedAndByEachLookUntilTheFormerOneIsSet() throws Exception {
        SampleArchives samples = new SampleArchives(home.backups(), 3);
        samples.make("a.sql.gz", 3_000);
        samples.make("b.sql.gz", 3_100);
        assertThat(home.replicate().err()).doesNotContain("none of the passphrases");
        assertThat(home.run(0, "status").out()).doesNotContain("PASSPHRASE_UNKNOWN");
        String right = Files.readString(home.gpg().passphraseFile());
        Files.writeString(home.gpg().passphraseFile(), "mistyped\n");
        samples.make("c.sql.gz", 3_200);

        assertThat(home.replicate().err()).contains("warning: " + NAMED, HINT);
        assertThat(home.run(1, "status", "--json").out()).contains("\"passphrase_unknown\"", NAMED, HINT);
        assertThat(home.run(2, "status", "--check").out()).contains("PASSPHRASE_UNKNOWN: " + NAMED);
        assertThat(home.run(1, "doctor").out()).containsPattern("FAIL +" + NAMED);

        Path former = Files.writeString(home.root().resolve("former"), right);
        home.set("BACKUP_ENCRYPTION_PASSPHRASE_FORMER_FILE", former.toString());
        assertThat(home.run(0, "status", "--check").out()).startsWith("OFFSITE OK");
    }
}
