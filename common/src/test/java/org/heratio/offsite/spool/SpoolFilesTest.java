package org.heratio.offsite.spool;

import java.nio.file.Path;
import java.time.Instant;
import org.heratio.offsite.files.Victim;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolFilesTest {
    @TempDir
    private Path temp;

    @Test
    void aLinkInPlaceOfAPayloadIsNotFollowedToBeTouched() throws Exception {
        Victim victim = Victim.in(temp.resolve("victim"), "shadow");
        victim.swapFor(temp.resolve("payload"));

        new SpoolFiles(temp).touch("payload", Instant.EPOCH);

        victim.requireUnharmed();
    }
}
