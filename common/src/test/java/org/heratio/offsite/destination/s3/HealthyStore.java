package org.heratio.offsite.destination.s3;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.heratio.offsite.destination.s3.ScriptedStore.Reply;
import org.jspecify.annotations.Nullable;

/**
 * The script of a store that works, as far as the driver asks: for a test that lets it fail at one point and recover, or refuse something. What it keeps
 * of an upload in parts is its size.
 */
final class HealthyStore implements ScriptedStore.Script {
    private final Map<String, Held> objects = new ConcurrentHashMap<>();
    private final Map<String, Upload> uploads = new ConcurrentHashMap<>();
    private final AtomicInteger ids = new AtomicInteger();
    private volatile boolean heedsConditions = true;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Held(byte[] bytes, String eTag, Instant modified, Map<String, String> metadata) {}

    private record Part(int size, String md5) {}

    private record Upload(String path, Map<String, String> metadata, Instant begun, Map<Integer, Part> parts) {}

    /** The same as a store that knows no conditions, and takes such a request for one without. */
    HealthyStore ignoringConditions() {
        heedsConditions = false;
        return this;
    }

    /** Has an object at a path, whoever put it there; metadata are names and values by turns. */
    void plant(String path, String content, String... metadata) {
        Map<String, String> named = new TreeMap<>();
        for (int i = 0; i + 1 < metadata.length; i += 2) {
            named.put("x-amz-meta-" + metadata[i], metadata[i + 1]);
        }
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        objects.put(path, new Held(bytes, "\"planted-" + ids.get() + content.hashCode() + "\"", Instant.now(), named));
    }

    /** What is at a path; null when nothing is. */
    @Nullable
    String content(String path) {
        Held held = objects.get(path);
        return held == null ? null : new String(held.bytes(), StandardCharsets.UTF_8);
    }

    void remove(String path) {
        objects.remove(path);
    }

    /** Uploads that were begun, ended or not. */
    int begun() {
        return ids.get();
    }

    /** Uploads that are neither complete nor aborted. */
    int unfinished() {
        return uploads.size();
    }

    @Override
    public Reply to(HttpExchange request) {
        String path = request.getRequestURI().getPath();
        Map<String, String> query = query(request);
        return switch (request.getRequestMethod()) {
            case "HEAD" -> head(path);
            case "PUT" -> query.containsKey("partNumber") ? part(request, query) : put(request, path);
            case "POST" -> query.containsKey("uploads") ? begin(request, path) : complete(request, query);
            case "GET" ->
                query.containsKey("uploadId")
                        ? parts(query)
                        : query.containsKey("uploads")
                                ? uploads(query)
                                : objects.containsKey(path) ? get(path) : list(query);
            default -> {
                String id = query.get("uploadId");
                Reply refusal = refusal(request, path);
                if (id == null && refusal != null) {
                    yield refusal;
                }
                if (id == null) {
                    objects.remove(path);
                } else {
                    uploads.remove(id);
                }
                yield new Reply(204, "");
            }
        };
    }

    private Reply head(String path) {
        Held held = objects.get(path);
        if (held == null) {
            // the bucket itself is there
            return new Reply(path.indexOf('/', 1) < 0 ? 200 : 404, "");
        }
        List<String> headers = new ArrayList<>(List.of(
                "ETag",
                held.eTag(),
                "Last-Modified",
                DateTimeFormatter.RFC_1123_DATE_TIME.format(held.modified().atOffset(ZoneOffset.UTC)),
                "Content-Length",
                Integer.toString(held.bytes().length)));
        held.metadata().forEach((name, value) -> headers.addAll(List.of(name, value)));
        return new Reply(200, "", headers.toArray(String[]::new));
    }

    private Reply get(String path) {
        Held held = objects.get(path);
        return new Reply(200, new String(held.bytes(), StandardCharsets.UTF_8), "ETag", held.eTag());
    }

    private Reply list(Map<String, String> query) {
        StringBuilder xml = new StringBuilder("<ListBucketResult><IsTruncated>false</IsTruncated>");
        objects.forEach((path, held) -> {
            String key = path.substring(path.indexOf('/', 1) + 1);
            if (key.startsWith(query.getOrDefault("prefix", ""))) {
                xml.append("<Contents><Key>" + key + "</Key><Size>" + held.bytes().length + "</Size></Contents>");
            }
        });
        return new Reply(200, xml + "</ListBucketResult>");
    }

    private Reply uploads(Map<String, String> query) {
        StringBuilder xml = new StringBuilder("<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>");
        uploads.forEach((id, upload) -> {
            String key = upload.path().substring(upload.path().indexOf('/', 1) + 1);
            if (key.startsWith(query.getOrDefault("prefix", ""))) {
                xml.append("<Upload><Key>" + key + "</Key><UploadId>" + id + "</UploadId><Initiated>" + upload.begun()
                        + "</Initiated></Upload>");
            }
        });
        return new Reply(200, xml + "</ListMultipartUploadsResult>");
    }

    private synchronized Reply put(HttpExchange request, String path) {
        Reply refusal = refusal(request, path);
        if (refusal != null) {
            return refusal;
        }
        String eTag = "\"" + md5(request) + "\"";
        objects.put(path, new Held(body(request), eTag, Instant.now(), metadata(request)));
        return new Reply(200, "", "ETag", eTag);
    }

    /** Null when the request's condition holds, or it has none. */
    private @Nullable Reply refusal(HttpExchange request, String path) {
        Held held = objects.get(path);
        String ifMatch = request.getRequestHeaders().getFirst("If-Match");
        boolean taken = held != null && request.getRequestHeaders().containsKey("If-None-Match");
        if (!heedsConditions || (ifMatch == null && !taken)) {
            return null;
        }
        if (held == null) {
            return Reply.error(404, "NoSuchKey");
        }
        return held.eTag().equals(ifMatch) ? null : Reply.error(412, "PreconditionFailed");
    }

    private static Map<String, String> metadata(HttpExchange request) {
        Map<String, String> metadata = new TreeMap<>();
        request.getRequestHeaders().forEach((name, values) -> {
            if (name.toLowerCase(Locale.ROOT).startsWith("x-amz-meta-")) {
                metadata.put(name, values.get(0));
            }
        });
        return metadata;
    }

    private Reply begin(HttpExchange request, String path) {
        String id = "upload-" + ids.incrementAndGet();
        uploads.put(id, new Upload(path, metadata(request), Instant.now(), new ConcurrentSkipListMap<>()));
        return new Reply(
                200, "<InitiateMultipartUploadResult><UploadId>" + id + "</UploadId></InitiateMultipartUploadResult>");
    }

    private Reply part(HttpExchange request, Map<String, String> query) {
        Upload upload = uploads.get(query.get("uploadId"));
        if (upload == null) {
            return Reply.error(404, "NoSuchUpload");
        }
        Part part = new Part(body(request).length, md5(request));
        upload.parts().put(Integer.valueOf(query.get("partNumber")), part);
        return new Reply(200, "", "ETag", "\"" + part.md5() + "\"");
    }

    private Reply parts(Map<String, String> query) {
        Upload upload = uploads.get(query.get("uploadId"));
        if (upload == null) {
            return Reply.error(404, "NoSuchUpload");
        }
        StringBuilder xml = new StringBuilder("<ListPartsResult>");
        upload.parts()
                .forEach((number, part) -> xml.append("<Part><PartNumber>" + number + "</PartNumber><ETag>" + part.md5()
                        + "</ETag><Size>" + part.size() + "</Size></Part>"));
        return new Reply(200, xml + "</ListPartsResult>");
    }

    private synchronized Reply complete(HttpExchange request, Map<String, String> query) {
        String id = query.get("uploadId");
        Upload upload = uploads.get(id);
        if (upload == null) {
            return Reply.error(404, "NoSuchUpload");
        }
        Reply refusal = refusal(request, upload.path());
        if (refusal != null) {
            return refusal;
        }
        uploads.remove(id);
        int size = upload.parts().values().stream().mapToInt(Part::size).sum();
        String eTag = "\"" + id + "-" + upload.parts().size() + "\"";
        objects.put(upload.path(), new Held(new byte[size], eTag, Instant.now(), upload.metadata()));
        return new Reply(
                200, "<CompleteMultipartUploadResult><ETag>" + eTag + "</ETag></CompleteMultipartUploadResult>");
    }

    private static byte[] body(HttpExchange request) {
        try {
            return request.getRequestBody().readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String md5(HttpExchange request) {
        Headers headers = request.getRequestHeaders();
        return HexFormat.of().formatHex(Base64.getDecoder().decode(headers.getFirst("Content-MD5")));
    }

    static Map<String, String> query(HttpExchange request) {
        Map<String, String> query = new TreeMap<>();
        String text = request.getRequestURI().getQuery();
        for (String pair : (text == null ? "" : text).split("&")) {
            int equals = pair.indexOf('=');
            query.put(equals < 0 ? pair : pair.substring(0, equals), equals < 0 ? "" : pair.substring(equals + 1));
        }
        return query;
    }
}
