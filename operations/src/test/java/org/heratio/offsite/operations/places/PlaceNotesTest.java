package org.heratio.offsite.operations.places;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlaceNotesTest {
    @TempDir
    Path state;

    @Test
    void remembersThePlaceAndLeavesNothingElse() throws Exception {
        PlaceNotes notes = new PlaceNotes(state.resolve("places"));
        assertThat(notes.read("s3")).isNull();
        notes.write("s3", "the bucket a");
        notes.write("s3", "the bucket b");
        assertThat(notes.read("s3")).isEqualTo("the bucket b");
        try (var files = Files.list(state.resolve("places"))) {
            assertThat(files).containsExactly(notes.file("s3"));
        }
    }

    @Test
    void aNoteThatACrashLeftEmptyIsNone() throws Exception {
        PlaceNotes notes = new PlaceNotes(state);
        Files.createFile(notes.file("s3"));
        assertThat(notes.read("s3")).isNull();
        notes.write("s3", "the bucket a");
        assertThat(notes.read("s3")).isEqualTo("the bucket a");
    }
}
