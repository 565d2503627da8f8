package org.heratio.offsite.destination.localfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.Pipes;
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

    @Test
    void aPipeAmongUnfinishedPutsHoldsNobodyUp() throws Exception {
        Path root = Files.createDirectory(temp.resolve("destination"));
        Files.createFile(root.resolve(DirectoryLayout.MARKER));
        Path partial = Files.createDirectory(root.resolve(DirectoryLayout.PARTIAL));
        Path pipe = Pipes.make(partial.resolve("probe.x.part"));
        Victim victim = Victim.in(temp.resolve("victim"), "shadow");
        Path link = Files.createSymbolicLink(partial.resolve("owner.link.part"), victim.file());
        Path left = Files.createFile(partial.resolve("owner.transfer.part"));
        try (LocalFsDestination destination = new LocalFsDestination(root)) {
            destination.removeAbandoned("owner", Set.of());
        }
        assertThat(left).doesNotExist();
        assertThat(pipe).exists();
        assertThat(link).isSymbolicLink();
        victim.requireUnharmed();
    }
}
