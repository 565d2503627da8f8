package org.heratio.offsite.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandoverTest {
    @TempDir
    Path temp;

    @Test
    void givesAwayWhatIsThereAndNothingThatLinksLeadTo() throws Exception {
        Instant since = Instant.now().minusSeconds(60);
        Path state = Files.createDirectory(temp.toRealPath().resolve("state"));
        Victim.giveToNobody(state);
        Path secret = Files.writeString(temp.resolve("secret"), "x");
        Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
        Path inside = Files.writeString(elsewhere.resolve("inside"), "x");
        Path deep = Files.createDirectories(state.resolve("ledger/deep"));
        Path file = Files.writeString(deep.resolve("offsite.mv.db"), "x");
        Files.createSymbolicLink(state.resolve("link"), secret);
        Files.createSymbolicLink(state.resolve("linked"), elsewhere);
        Files.createLink(state.resolve("second-name"), secret);

        Path older = Files.writeString(state.resolve("older"), "x");
        Files.setLastModifiedTime(older, FileTime.from(since.minusSeconds(1)));

        Handover.toOwnerOf(state, since);

        assertThat(new Path[] {state.resolve("ledger"), deep, file})
                .allSatisfy(each -> assertThat(owner(each)).isEqualTo("nobody"));
        assertThat(new Path[] {secret, elsewhere, inside, temp, older})
                .allSatisfy(each -> assertThat(owner(each)).isEqualTo("root"));
    }

    @Test
    void makesADirectoryForTheOwnerOfTheOneAbove() throws Exception {
        Path home = Files.createDirectory(temp.toRealPath().resolve("home"));
        Victim.giveToNobody(home);
        Path root = Files.createDirectory(home.resolve("of-root"));

        Handover.make(home.resolve("local/state"));
        Handover.make(root.resolve("state"));
        Handover.make(root);

        assertThat(new Path[] {home.resolve("local"), home.resolve("local/state")})
                .allSatisfy(each -> assertThat(owner(each)).isEqualTo("nobody"));
        assertThat(new Path[] {root, root.resolve("state")})
                .allSatisfy(each -> assertThat(owner(each)).isEqualTo("root"));
    }

    private static String owner(Path file) throws IOException {
        return Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).getName();
    }
}
