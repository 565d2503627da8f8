package org.heratio.offsite.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LookTest {
    @TempDir
    Path temp;

    @Test
    void tellsWhatIsThereFromWhatIsNot() throws Exception {
        Path file = Files.createFile(temp.resolve("file"));
        assertThat(Look.at(file)).isEqualTo(Look.THERE);
        assertThat(Look.at(temp.resolve("nothing"))).isEqualTo(Look.NOT_THERE);
        assertThat(Look.at(temp.resolve("no/where"))).isEqualTo(Look.NOT_THERE);
        assertThat(Look.at(file.resolve("below/a/file"))).isEqualTo(Look.NOT_THERE);
    }

    @Test
    void aDanglingLinkIsThereOnlyIfItIsNotFollowed() throws Exception {
        Path link = Files.createSymbolicLink(temp.resolve("link"), temp.resolve("nothing"));
        assertThat(Look.at(link)).isEqualTo(Look.NOT_THERE);
        assertThat(Look.at(link, LinkOption.NOFOLLOW_LINKS)).isEqualTo(Look.THERE);
    }

    /** Errors that root gets too. {@code Files.exists} answers false. */
    @Test
    void whatCannotBeLookedAtIsUnknown() throws Exception {
        Path loop = Files.createSymbolicLink(temp.resolve("loop"), temp.resolve("loop"));
        Path tooLong = temp.resolve("x".repeat(300));
        for (Path path : new Path[] {loop, tooLong}) {
            assertThat(Look.at(path)).isEqualTo(Look.UNKNOWN);
            assertThatThrownBy(() -> Look.exists(path)).isInstanceOf(IOException.class);
        }
    }
}
