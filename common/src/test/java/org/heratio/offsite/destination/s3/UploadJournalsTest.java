package org.heratio.offsite.destination.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.heratio.offsite.files.Victim;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadJournalsTest {
    private static final UploadJournal.Head HEAD = new UploadJournal.Head(
            "bucket aws", "owner", "a.gz", 10, "ab".repeat(32), 5, true, 1, "class=X encryption=KMS");

    @TempDir
    private Path temp;

    private UploadJournals journals;

    @BeforeEach
    void setUp() {
        journals = new UploadJournals(temp.resolve("s3"));
    }

    @Test
    void aNoteTellsWhatWasSentAndGoesWhenItIsForgotten() throws Exception {
        UploadJournal journal = journals.begin("1-a", HEAD);
        journal.created("id 1");
        journal.part(1, digest(), "tag");
        UploadJournal read = journals.load("1-a").orElseThrow();
        assertThat(read.head()).isEqualTo(HEAD);
        assertThat(read.uploadId()).isEqualTo("id 1");
        assertThat(read.sent(1)).isEqualTo(journal.sent(1)).isNotNull();
        journal.forget();
        assertThat(journals.all()).isEmpty();
    }

    @Test
    void aLinkInPlaceOfANoteIsNotWrittenTo() throws Exception {
        Victim victim = Victim.in(temp.resolve("victim"), "shadow");
        UploadJournal journal = journals.begin("1-a", HEAD);
        victim.swapFor(temp.resolve("s3/1-a.upload"));

        assertThatThrownBy(() -> journal.created("id 1")).isInstanceOf(IOException.class);

        victim.requireUnharmed();
    }

    @Test
    void aNoteOfAnOlderVersionIsForNoUploadOfToday() throws Exception {
        journals.begin("1-a", HEAD);
        Path file = temp.resolve("s3/1-a.upload");
        String line = Files.readString(file).strip();
        Files.writeString(file, line.substring(0, line.lastIndexOf(' ')) + "\n");

        assertThat(journals.load("1-a").orElseThrow().head().settings()).isEmpty();
    }

    @Test
    void aPartThatCompletesLateDoesNotBringAForgottenNoteBack() throws Exception {
        UploadJournal journal = journals.begin("1-a", HEAD);
        journal.forget();
        journal.part(1, digest(), "tag");
        assertThat(journals.notes()).isEmpty();

        UploadJournal next = journals.begin("1-a", HEAD);
        journal.part(2, digest(), "tag");
        assertThat(journals.load("1-a").orElseThrow().sent(2)).isNull();
        assertThat(next.sent(2)).isNull();
    }

    @Test
    void whatCannotBeReadHidesNothingAndCanBeRemoved() throws Exception {
        journals.begin("1-a", HEAD);
        Files.write(temp.resolve("s3/2-b.upload"), new byte[] {(byte) 0xff, (byte) 0xfe, '\n'});
        Files.createFile(temp.resolve("s3/3-c.upload"));

        assertThat(journals.all()).containsOnlyKeys("1-a");

        assertThat(journals.notes()).containsExactlyInAnyOrder("1-a", "2-b", "3-c");
        journals.remove("2-b");
        journals.remove("3-c");
        assertThat(journals.notes()).containsExactly("1-a");
    }

    private static RangeDigest digest() {
        return RangeDigest.of(new byte[5]);
    }
}
