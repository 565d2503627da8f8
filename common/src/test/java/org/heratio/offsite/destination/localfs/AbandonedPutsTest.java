package org.heratio.offsite.destination.localfs;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.Victim;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AbandonedPutsTest {
    @TempDir
    private Path temp;

    @Test
    void aLinkInPlaceOfTheDirectoryOfUnfinishedPutsCostsItsTargetNothing() throws Exception {
        Victim victim = Victim.in(temp.resolve("victim"), "owner.transfer.part");
        Path root = Files.createDirectory(temp.resolve("destination"));
        Files.createFile(root.resolve(DirectoryLayout.MARKER));
        Files.createSymbolicLink(root.resolve(DirectoryLayout.PARTIAL), victim.directory());
        try (LocalFsDestination destination = new LocalFsDestination(root)) {
            assertThatThrownBy(() -> destination.removeAbandoned("owner", Set.of()))
                    .isInstanceOf(FailureException.class);
        }
        victim.requireUnharmed();
    }
}
