package org.heratio.offsite.app.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A row of {@code offsite history --json}. */
public record LedgerRow(
        String localPath,
        String remotePath,
        String driver,
        long sizeBytes,
        @Nullable String sha256,
        boolean encrypted,
        @Nullable String verifiedAt,
        String status,
        @Nullable String error) {

    static LedgerRow of(JsonNode row) {
        return new LedgerRow(
                row.get("local_path").asText(),
                row.get("remote_path").asText(),
                row.get("driver").asText(),
                row.get("size_bytes").asLong(),
                text(row, "sha256"),
                row.get("encrypted").asBoolean(),
                text(row, "verified_at"),
                row.get("status").asText(),
                text(row, "error"));
    }

    private static @Nullable String text(JsonNode row, String column) {
        return row.get(column).isNull() ? null : row.get(column).asText();
    }

    /** The name of the archive's file. */
    public String name() {
        return Path.of(localPath).getFileName().toString();
    }
}
