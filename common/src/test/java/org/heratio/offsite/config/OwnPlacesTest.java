package org.heratio.offsite.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.heratio.offsite.testing.BindMount;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnPlacesTest {
    @TempDir
    Path temp;

    private OwnPlaces places;

    @BeforeEach
    void makeTheDirectories() throws IOException {
        Path backups = Files.createDirectory(temp.resolve("backups"));
        Path state = Files.createDirectory(temp.resolve("state"));
        Files.createDirectory(temp.resolve("copies"));
        Path spool = temp.resolve("spool, not there yet");
        places = new OwnPlaces(
                new Settings.Paths(backups, state, spool, new ByteBudget(0, 10)), List.of(temp.resolve("copies")));
    }

    @Test
    void aFileInAnOwnPlaceIsFoundWhateverPathLeadsThere() throws Exception {
        Files.createSymbolicLink(temp.resolve("link"), temp.resolve("copies"));
        Files.createSymbolicLink(temp.resolve("to state"), Path.of("state"));
        Files.writeString(temp.resolve("copies/a.gz"), "a");
        Files.createSymbolicLink(temp.resolve("a.gz"), Path.of("copies/a.gz"));
        for (String to : List.of(
                "copies",
                "copies/a.gz",
                "copies/new/b.gz",
                "link/b.gz",
                "a.gz",
                "backups/../copies/b.gz",
                "not there/../copies/b.gz",
                "not there/../link/b.gz",
                "link/../copies/b.gz",
                "state/b.gz",
                "to state/sub/b.gz",
                "spool, not there yet/b.gz")) {
            assertThat(places.around(temp.resolve(to))).as(to).isPresent();
        }
    }

    @Test
    void aBindMountOfAnOwnPlaceIsFoundToo() throws Exception {
        try (BindMount bound = new BindMount(temp.resolve("copies"), temp.resolve("bound"))) {
            assertThat(places.around(bound.path().resolve("b.gz"))).isPresent();
            assertThat(places.around(bound.path().resolve("sub/b.gz"))).isPresent();
        }
    }

    @Test
    void aFileElsewhereIsInNone() throws Exception {
        Files.createSymbolicLink(temp.resolve("copies/out"), temp.resolve("backups"));
        for (String to :
                List.of("backups", "backups/a.gz", "b.gz", "copies-2/b.gz", "copies/../b.gz", "copies/out/b.gz")) {
            assertThat(places.around(temp.resolve(to))).as(to).isEmpty();
        }
    }
}
