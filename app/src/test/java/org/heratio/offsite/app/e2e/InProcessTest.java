package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InProcessTest {
    @Test
    void aRestoreToARelativePathNeedsAProcessOfItsOwn(@TempDir Path dir) throws Exception {
        assertThat(InProcess.run(dir, Map.of(), OffsiteHome.SHORT, "restore", "/backups/a.sql.gz", "--to", "a.sql.gz"))
                .isEmpty();
        assertThat(InProcess.run(dir, Map.of(), OffsiteHome.SHORT, "restore", "/backups/a.sql.gz"))
                .isEmpty();
    }
}
