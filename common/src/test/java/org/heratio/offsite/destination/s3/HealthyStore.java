package org.heratio.offsite.destination.s3;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.heratio.offsite.destination.s3.ScriptedStore.Reply;

/**
 * The script of a store that works, as far as the driver asks: for a test that lets it fail at one point and recover. It keeps sizes, hashes and
 * MD5s, and no bytes.
 */
final class HealthyStore implements ScriptedStore.Script {
    private final Map<String, Held> objects = new ConcurrentHashMap<>();
    private final Map<String, Upload> uploads = new ConcurrentHashMap<>();
    private final AtomicInteger ids = new AtomicInteger();

    private record Held(long size, String sha256) {}

    private record Part(long size, String md5) {}

    private record Upload(String path, String sha256, Map<Integer, Part> parts) {}

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
                        : new Reply(200, "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>");
            default -> {
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
                Long.toString(held.size()),
                "x-amz-meta-sha256",
                held.sha256());
    }

    private Reply put(HttpExchange request, String path) {
        objects.put(path, new Held(length(request), request.getRequestHeaders().getFirst("x-amz-meta-sha256")));
        return new Reply(200, "", "ETag", "\"" + md5(request) + "\"");
    }

    private Reply begin(HttpExchange request, String path) {
        String id = "upload-" + ids.incrementAndGet();
        String sha256 = request.getRequestHeaders().getFirst("x-amz-meta-sha256");
        uploads.put(id, new Upload(path, sha256, new ConcurrentSkipListMap<>()));
        return new Reply(
                200, "<InitiateMultipartUploadResult><UploadId>" + id + "</UploadId></InitiateMultipartUploadResult>");
    }

    private Reply part(HttpExchange request, Map<String, String> query) {
        Upload upload = uploads.get(query.get("uploadId"));
        if (upload == null) {
            return Reply.error(404, "NoSuchUpload");
        }
        Part part = new Part(length(request), md5(request));
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
        long size = upload.parts().values().stream().mapToLong(Part::size).sum();
        objects.put(upload.path(), new Held(size, upload.sha256()));
        return new Reply(200, "<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>");
    }

    private static long length(HttpExchange request) {
        return Long.parseLong(request.getRequestHeaders().getFirst("Content-Length"));
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
