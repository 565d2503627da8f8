package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.heratio.offsite.files.Victim;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that root runs on the state of a service of another user. Skipped unless root runs the tests. */
final class RootCommandsIT {
    private OffsiteHome home;

    @BeforeEach
    void makeAHome(@TempDir Path dir) throws Exception {
        home = new OffsiteHome(dir).onEmbeddedLedger();
    }

    @AfterEach
    void close() {
        home.close();
    }

    @Test
    void oneCommandOfRootLeavesNothingThatEndsTheService() throws Exception {
        Victim.giveToNobody(Files.createDirectory(home.state()));

        requireRefusal();
        assertThat(home.state()).isEmptyDirectory();
    }

    @Test
    void aSingleFileOfRootDoesNotMakeTheStateRootsOwn() throws Exception {
        Victim.giveToNobody(Files.createDirectory(home.state()));
        Path note = Files.writeString(home.state().resolve("known_hosts"), "x");

        requireRefusal();
        assertThat(state()).containsExactlyInAnyOrder(home.state(), note);

        Files.createDirectory(home.state().resolve("ledger"));
        Victim.giveToNobody(Files.writeString(home.state().resolve("installation"), "id"));
        requireRefusal();
    }

    @Test
    void aStateThatIsNotThereBelongsToTheOwnerOfTheDirectoryAbove() throws Exception {
        Path above = Files.createDirectory(home.root().resolve("home"));
        Victim.giveToNobody(above);
        home.set("BACKUP_OFFSITE_STATE_DIR", above.resolve("offsite/state").toString());

        OffsiteProcess.Exit history = home.runProcess(OffsiteHome.SHORT, "history");
        assertThat(history.code()).as("%s", history).isEqualTo(2);
        assertThat(above).isEmptyDirectory();

        OffsiteProcess.Exit restore = home.runProcess(OffsiteHome.SHORT, "restore", "a.sql.gz", "--to", "/nowhere/a");
        assertThat(restore.code()).as("%s", restore).isNotZero();
        assertThat(all(above)).allSatisfy(RootCommandsIT::requireOfNobody);
    }

    @Test
    void rootsOwnServiceGoesOnInADirectoryOfAnotherUser() throws Exception {
        replicate();
        Victim.giveToNobody(home.state());

        OffsiteProcess.Exit exit = home.runProcess(OffsiteHome.SHORT, "history");
        assertThat(exit.code()).as("%s", exit).isZero();
    }

    private void replicate() throws Exception {
        OffsiteProcess.Exit exit = home.runProcess(OffsiteHome.LONG, "replicate");
        assertThat(exit.code()).as("%s", exit).isZero();
    }

    private void requireRefusal() throws Exception {
        for (String command : List.of("replicate", "history", "doctor", "serve")) {
            OffsiteProcess.Exit exit = home.runProcess(OffsiteHome.SHORT, command);
            assertThat(exit.code()).as("%s: %s", command, exit).isEqualTo(2);
            assertThat(exit.err()).contains(home.state() + " belongs to nobody", "sudo -u nobody");
        }
    }

    @Test
    void rootRestoresAndLeavesTheStateToItsOwner() throws Exception {
        new SampleArchives(home.backups(), 14).make("a.sql.gz", 3_000);
        replicate();
        for (Path each : state()) {
            Victim.giveToNobody(each);
        }
        // root has to make it anew
        Files.delete(home.state().resolve("ledger/offsite.turn"));

        Path target = home.root().resolve("restored.gz");
        OffsiteProcess.Exit exit = home.runProcess(OffsiteHome.SHORT, "restore", "a.sql.gz", "--to", target.toString());

        assertThat(exit.code()).as("%s", exit).isZero();
        assertThat(target).hasSameBinaryContentAs(home.backups().resolve("a.sql.gz"));
        assertThat(state()).allSatisfy(RootCommandsIT::requireOfNobody);
    }

    private static void requireOfNobody(Path file) throws IOException {
        assertThat(Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).getName()).isEqualTo("nobody");
    }

    private List<Path> state() throws Exception {
        return all(home.state());
    }

    private static List<Path> all(Path directory) throws Exception {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.toList();
        }
    }
}
