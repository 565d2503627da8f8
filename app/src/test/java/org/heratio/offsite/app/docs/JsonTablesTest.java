package org.heratio.offsite.app.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import org.heratio.offsite.operations.adopt.AdoptSummary;
import org.heratio.offsite.operations.adopt.Claim;
import org.junit.jupiter.api.Test;

/** The tables of docs/json.md list what the code has. */
class JsonTablesTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z]+)` \\|");

    @Test
    void everyResultOfAdoptAndItsCountIsListed() throws IOException {
        String text = Documents.between(Documents.read("docs/json.md"), "## offsite adopt --json", "## ");
        String table = text.substring(0, text.indexOf("```"));

        assertThat(ROW.matcher(table).results().map(row -> row.group(1)))
                .containsExactlyElementsOf(Arrays.stream(Claim.Verdict.values())
                        .map(verdict -> verdict.name().toLowerCase(Locale.ROOT))
                        .toList());
        assertThat(AdoptSummary.Counts.class.getRecordComponents())
                .allSatisfy(count -> assertThat(text).contains("  \"" + count.getName() + "\" : "));
    }
}
