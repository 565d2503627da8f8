package org.heratio.offsite.destination.s3;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.heratio.offsite.destination.s3.ScriptedStore.Reply;

/**
 * The script of a store that works, as far as the driver asks: for a test that lets it fail at one point and recover, or refuse something. What it keeps
 * of an upload in parts is its size.
 */
final class HealthyStore implements ScriptedStore.Script {
    private final Map<String, Held> objects = new ConcurrentHashMap<>();
    private final Map<String, Upload> uploads = new ConcurrentHashMap<>();
    private final AtomicInteger ids = new AtomicInteger();

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Held(byte[] bytes, String sha256) {}

    private record Part(int size, String md5) {}

    private record Upload(String path, String sha256, Instant begun, Map<Integer, Part> parts) {}

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
            case "POST" -> query.containsKey("uploads") ? begin(request, path) : complete(query);
            case "GET" ->
                query.containsKey("uploadId")
                        ? parts(query)
                        : query.containsKey("uploads")
                                ? uploads(query)
                                : objects.containsKey(path) ? get(path) : list(query);
            default -> {
                objects.remove(path);
                uploads.remove(query.getOrDefault("uploadId", ""));
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
        return new Reply(
                200,
                "",
                "ETag",
                "\"x\"",
                "Content-Length",
                Integer.toString(held.bytes().length),
                "x-amz-meta-sha256",
                held.sha256());
    }

    private Reply get(String path) {
        Held held = objects.get(path);
        return new Reply(200, new String(held.bytes(), StandardCharsets.UTF_8), "ETag", "\"x\"");
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

    private Reply put(HttpExchange request, String path) {
        objects.put(path, new Held(body(request), request.getRequestHeaders().getFirst("x-amz-meta-sha256")));
        return new Reply(200, "", "ETag", "\"" + md5(request) + "\"");
    }

    private Reply begin(HttpExchange request, String path) {
        String id = "upload-" + ids.incrementAndGet();
        String sha256 = request.getRequestHeaders().getFirst("x-amz-meta-sha256");
        uploads.put(id, new Upload(path, sha256, Instant.now(), new ConcurrentSkipListMap<>()));
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

    private Reply complete(Map<String, String> query) {
        Upload upload = uploads.remove(query.get("uploadId"));
        if (upload == null) {
            return Reply.error(404, "NoSuchUpload");
        }
        int size = upload.parts().values().stream().mapToInt(Part::size).sum();
        objects.put(upload.path(), new Held(new byte[size], upload.sha256()));
        return new Reply(200, "<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>");
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
