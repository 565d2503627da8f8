package org.heratio.offsite.app.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.ledger.ReplicationRow;
import org.heratio.offsite.ledger.RequestStatus;
import org.jspecify.annotations.Nullable;

/** What {@code --json} prints; the schema is documented in {@code docs/json.md} and only ever grows. */
public final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private Json() {}

    /** Any tree of maps, lists and values. */
    public static String print(Object tree) {
        try {
            return MAPPER.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not a tree of plain values", e);
        }
    }

    /** A row of the public ledger, its keys the columns; its times are in {@code zone}, and UTC in the JSON. */
    public static Map<String, @Nullable Object> row(ReplicationRow row, ZoneId zone) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("id", row.id());
        map.put("local_path", row.localPath());
        map.put("remote_path", row.remotePath());
        map.put("driver", row.driver());
        map.put("size_bytes", row.sizeBytes());
        map.put("sha256", row.sha256());
        map.put("encrypted", row.encrypted());
        map.put("replicated_at", time(row.replicatedAt(), zone));
        map.put("verified_at", time(row.verifiedAt(), zone));
        map.put("status", row.status());
        map.put("error", row.error());
        return map;
    }

    private static @Nullable String time(@Nullable LocalDateTime time, ZoneId zone) {
        return time == null || time.equals(ReplicationRow.UNKNOWN)
                ? null
                : time.atZone(zone).withZoneSameInstant(ZoneOffset.UTC).format(DateTimeFormatter.ISO_OFFSET_DATE_TIME);
    }

    /** An item of a request. */
    public static Map<String, @Nullable Object> item(RequestStatus.Item item, String result) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("local_path", item.path());
        map.put("driver", item.driver());
        map.put("result", result);
        map.put("remote_path", item.remotePath());
        map.put("size_bytes", item.size());
        map.put("error", item.error());
        return map;
    }

    /** The items of a list, all with the same result. */
    public static List<Map<String, @Nullable Object>> items(List<RequestStatus.Item> items, String result) {
        return items.stream().map(item -> item(item, result)).toList();
    }
}
