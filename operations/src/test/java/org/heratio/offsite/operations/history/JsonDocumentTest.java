package org.heratio.offsite.operations.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.ReplicationRow;
import org.heratio.offsite.operations.report.Json;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonDocumentTest {
    private static final LocalDateTime TIME = LocalDateTime.of(2026, 11, 23, 3, 15);
    private static final Instant AT = TIME.toInstant(ZoneOffset.UTC);

    @Test
    void aRowOfTheHistoryHasTheColumnsOfThePublicTableAsKeys() throws IOException {
        ReplicationRow row = new ReplicationRow(1, "/b/a.gz", "", "localfs", 0, null, false, TIME, null, "failed", "x");

        Map<String, @Nullable Object> json = Json.fields(PublicRow.of(row, AT, null));

        assertThat(List.copyOf(json.keySet())).isEqualTo(columns());
    }

    /** As the table is made. */
    private static List<String> columns() throws IOException {
        try (InputStream in = Objects.requireNonNull(Ledger.class.getResourceAsStream("/db/public/h2.sql"))) {
            String sql = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            String table = sql.substring(sql.indexOf("ahg_backup_replication ("), sql.indexOf(");"));
            return Pattern.compile("^  (?!constraint)(\\w+) ", Pattern.MULTILINE)
                    .matcher(table)
                    .results()
                    .map(match -> match.group(1))
                    .toList();
        }
    }

    @Test
    void timesAreInUtcAndSaySo() {
        ReplicationRow row =
                new ReplicationRow(1, "/b/a.gz", "", "localfs", 0, null, true, TIME, TIME, "verified", null);

        assertThat(Json.fields(PublicRow.of(row, AT, AT)))
                .containsEntry("replicated_at", "2026-11-23T03:15:00Z")
                .containsEntry("verified_at", "2026-11-23T03:15:00Z");
    }

    @Test
    void aTimeThatHeratioDidNotNoteIsNull() {
        ReplicationRow row = new ReplicationRow(
                1, "/b/a.gz", "", "localfs", 0, null, true, ReplicationRow.UNKNOWN, null, "failed", null);
        assertThat(Json.fields(PublicRow.of(row, null, null))).containsEntry("replicated_at", null);
    }
}
