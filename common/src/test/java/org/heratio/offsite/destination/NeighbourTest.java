package org.heratio.offsite.destination;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.heratio.offsite.destination.Neighbour.Kind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests how this installation classifies another one that it finds at its destination. */
class NeighbourTest {
    @TempDir
    private Path temp;

    private Path backups;
    private Installation self;

    @BeforeEach
    void announce() throws Exception {
        backups = Files.createDirectory(temp.resolve("backups"));
        self = Installation.of("self", "db1", backups);
    }

    @Test
    void anAnnouncementTellsTheDirectoryOnlyToThoseWhoHaveIt() {
        assertThat(self.content()).contains("host db1\nbackups ").doesNotContain(backups.toString());
        assertThat(self.content().length()).isLessThan(Installation.MAX_BYTES);
        assertThat(Installation.parse("self", self.content())).isEqualTo(self);
        assertThat(Installation.parse("old", "host db1\n")).isEqualTo(new Installation("old", "db1"));
    }

    @Test
    void twoLedgersOnOneDirectoryAreTold() throws Exception {
        Path link = Files.createSymbolicLink(temp.resolve("link"), backups);

        Neighbour neighbour = Neighbour.of(announced("other", "db1", link), self, true);

        assertThat(neighbour.kind()).isEqualTo(Kind.SAME_DIRECTORY);
        assertThat(neighbour.text())
                .startsWith("another installation, other (host db1), seems to ship the same backup directory");
        assertThat(neighbour.hint(new MemoryDestination("s3"))).contains("one ledger", ".offsite/installations/other");
    }

    @Test
    void anEmptyLedgerBesideAnAnnouncementOfItsOwnHostMayBeALostOne() {
        assertThat(Neighbour.of(announced("other", "db1", backups), self, false).kind())
                .isEqualTo(Kind.LOST_LEDGER);
        assertThat(Neighbour.of(new Installation("old", "db1"), self, false).kind())
                .as("of an older build: the name of the host alone proves nothing")
                .isEqualTo(Kind.SAME_HOST);
        assertThat(Neighbour.of(new Installation("old", "db1"), self, true).kind())
                .isEqualTo(Kind.STRANGER);
    }

    /** As with two containers, or a cloned machine: host and path are the same. */
    @Test
    void anotherDirectoryOfTheSameNameIsAStrangers() throws Exception {
        Files.move(backups, temp.resolve("of the other"));
        Files.createDirectory(backups);
        Installation clone = announced("other", "db1", backups);

        assertThat(Neighbour.of(clone, self, true).kind()).isEqualTo(Kind.STRANGER);
        assertThat(Neighbour.of(clone, self, false).kind()).isEqualTo(Kind.STRANGER);
    }

    @Test
    void otherDirectoriesAndOtherHostsAreStrangers() {
        Path elsewhere = temp.resolve("elsewhere");
        assertThat(Neighbour.of(announced("other", "db1", elsewhere), self, false)
                        .kind())
                .isEqualTo(Kind.STRANGER);
        assertThat(Neighbour.of(announced("other", "db2", backups), self, false).kind())
                .as("each host has directories of its own")
                .isEqualTo(Kind.STRANGER);
        assertThat(Neighbour.of(new Installation("other", ""), self, false).kind())
                .isEqualTo(Kind.STRANGER);
    }

    private static Installation announced(String id, String host, Path directory) {
        return Installation.parse(id, Installation.of(id, host, directory).content());
    }
}
