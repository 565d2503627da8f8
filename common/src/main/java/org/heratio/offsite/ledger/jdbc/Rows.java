package org.heratio.offsite.ledger.jdbc;

import java.time.LocalDateTime;
import java.util.Locale;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.ReplicationRow;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;
import org.jspecify.annotations.Nullable;

/** How rows become records. */
final class Rows {
    private static final int LONGEST_ERROR = 4000;
    private static final String ELLIPSIS = " … ";

    private Rows() {}

    static Version version(SqlRow row) {
        return new Version(
                row.number("id"),
                row.text("path"),
                row.text("relative_path"),
                row.number("size_bytes"),
                row.number("mtime_nanos"),
                row.number("ctime_nanos"),
                VersionState.valueOf(row.text("state")),
                row.textOrNull("sha256"),
                id(row.numberOrNull("same_as")),
                row.text("remote_name"),
                row.flag("plain"),
                row.flag("overwrites"),
                row.number("landed_at"),
                row.number("settled_at"),
                row.textOrNull("error_code"),
                row.textOrNull("error"));
    }

    /** Returns an id, or 0 where there is none. */
    private static long id(@Nullable Long id) {
        return id == null ? 0 : id;
    }

    static Copy copy(SqlRow row) {
        return new Copy(
                row.number("id"),
                row.number("version_id"),
                row.text("driver"),
                CopyState.valueOf(row.text("state")),
                row.text("remote_path"),
                row.textOrNull("sha256"),
                row.number("size_bytes"),
                row.flag("encrypted"),
                row.flag("plain"),
                row.small("repairs"),
                pendingPut(row),
                row.numberOrNull("replicated_at"),
                row.numberOrNull("proved_at"),
                row.textOrNull("error_code"),
                row.textOrNull("error"));
    }

    private static Copy.@Nullable PendingPut pendingPut(SqlRow row) {
        String path = row.textOrNull("intended_path");
        String sha256 = row.textOrNull("intended_sha256");
        return path == null || sha256 == null
                ? null
                : new Copy.PendingPut(path, sha256, row.flag("intended_encrypted"));
    }

    static Payload payload(SqlRow row) {
        return new Payload(
                row.number("id"),
                row.number("version_id"),
                row.text("spool_file"),
                row.text("sha256"),
                row.number("size_bytes"),
                row.flag("encrypted"));
    }

    /** Returns a payload, or null where a join found none. */
    static @Nullable Payload payloadOrNull(SqlRow row) {
        return row.numberOrNull("id") == null ? null : payload(row);
    }

    static ReplicationRow replication(SqlRow row) {
        Long size = row.numberOrNull("size_bytes");
        String status = row.textOrNull("status");
        return new ReplicationRow(
                row.number("id"),
                row.text("local_path"),
                row.text("remote_path"),
                row.text("driver"),
                size == null ? 0 : size,
                sha256(row.textOrNull("sha256")),
                row.flag("encrypted"),
                replicatedAt(row.timeOrNull("replicated_at")),
                row.timeOrNull("verified_at"),
                status == null ? "" : status,
                row.textOrNull("error"));
    }

    /** The column may be null. */
    static LocalDateTime replicatedAt(@Nullable LocalDateTime time) {
        return time == null ? ReplicationRow.UNKNOWN : time;
    }

    /** As our own hashes are written; a column of fixed length is padded. */
    static @Nullable String sha256(@Nullable String text) {
        return text == null || text.isBlank() ? null : text.strip().toLowerCase(Locale.ROOT);
    }

    /** A failure as it stands in an error column. */
    static String error(Failure failure) {
        return shortened(failure.oneLine());
    }

    /** Returns a text that fits into an error column. It keeps both ends of a long one: a hint comes last. */
    static String shortened(String line) {
        if (line.length() <= LONGEST_ERROR) {
            return line;
        }
        int end = LONGEST_ERROR / 4;
        int start = LONGEST_ERROR - end - ELLIPSIS.length();
        return line.substring(0, start) + ELLIPSIS + line.substring(line.length() - end);
    }

    static int flag(boolean value) {
        return value ? 1 : 0;
    }

    /** A flag as a driver reads it: Heratio's column is a number, or a boolean where Laravel made it in PostgreSQL. */
    static boolean flag(@Nullable Object value) {
        return value instanceof Boolean flag ? flag : value instanceof Number number && number.longValue() != 0;
    }
}
