package org.heratio.offsite.dashboard.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The files of the page, in memory. The map is made once from the class path: no request leads to a file that is not in it. Files of an
 * unknown type, such as licences, are not served.
 */
public final class Assets {
    private static final String INDEX = "index.html";
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "mjs", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "json", "application/json",
            "png", "image/png",
            "ico", "image/x-icon",
            "woff2", "font/woff2");
    private static final Pattern INLINE =
            Pattern.compile("<script(?![^>]*\\ssrc=)[^>]*>(.*?)</script>", Pattern.DOTALL);

    /** By the path of the request. */
    private final Map<String, Asset> assets;

    private record Asset(Buffer bytes, Buffer zipped, String type, String tag) {}

    private Assets(Map<String, Asset> assets) {
        this.assets = Map.copyOf(assets);
    }

    /** Reads the files beside a class. Blocks. */
    public static Assets load(Class<?> beside, String directory) throws IOException {
        URL index = Objects.requireNonNull(beside.getResource(directory + "/" + INDEX), "the page has an index");
        Map<String, Asset> found = new HashMap<>();
        for (String name : names(index)) {
            String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
            if (type != null) {
                byte[] bytes = bytes(beside, directory + "/" + name);
                found.put("/" + name, new Asset(Buffer.buffer(bytes), zipped(bytes), type, '"' + hash(bytes) + '"'));
            }
        }
        found.put("/", Objects.requireNonNull(found.get("/" + INDEX)));
        return new Assets(found);
    }

    /** Returns the files in the directory of one of them, with {@code /}. Needs no file system of a jar: small runtimes have none. */
    private static List<String> names(URL index) throws IOException {
        if (index.openConnection() instanceof JarURLConnection inside) {
            inside.setUseCaches(false);
            String root =
                    inside.getEntryName().substring(0, inside.getEntryName().lastIndexOf('/') + 1);
            try (JarFile jar = inside.getJarFile()) {
                return jar.stream()
                        .filter(entry -> entry.getName().startsWith(root) && !entry.isDirectory())
                        .map(entry -> entry.getName().substring(root.length()))
                        .toList();
            }
        }
        try {
            Path root = Objects.requireNonNull(Path.of(index.toURI()).getParent());
            try (Stream<Path> files = Files.walk(root)) {
                return files.map(file -> root.relativize(file).toString()).toList();
            }
        } catch (URISyntaxException e) {
            throw new IOException("the page is at " + index, e);
        }
    }

    private static byte[] bytes(Class<?> beside, String resource) throws IOException {
        try (InputStream stream = Objects.requireNonNull(beside.getResourceAsStream(resource), resource)) {
            return stream.readAllBytes();
        }
    }

    private static Buffer zipped(byte[] bytes) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream stream = new GZIPOutputStream(zipped)) {
            stream.write(bytes);
        }
        return Buffer.buffer(zipped.toByteArray());
    }

    private static String hash(byte[] bytes) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the paths that are served. */
    public List<String> paths() {
        return assets.keySet().stream().sorted().toList();
    }

    /** Returns the hashes of the scripts within the index, as a content security policy names them. */
    public List<String> inlineScripts() {
        Matcher script = INLINE.matcher(asset("/").bytes().toString(StandardCharsets.UTF_8));
        return script.results()
                .map(found -> "'sha256-" + hash(found.group(1).getBytes(StandardCharsets.UTF_8)) + "'")
                .toList();
    }

    private Asset asset(String path) {
        return Objects.requireNonNull(assets.get(path), path);
    }

    /** Answers with the file of a path. The browser asks again each time, and gets it only if it has changed. */
    public void serve(RoutingContext request, String path) {
        Asset asset = asset(path);
        HttpServerResponse response = request.response()
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                .putHeader(HttpHeaders.VARY, "Accept-Encoding")
                .putHeader(HttpHeaders.ETAG, asset.tag());
        @Nullable String known = request.request().getHeader(HttpHeaders.IF_NONE_MATCH);
        if (known != null && known.contains(asset.tag())) {
            response.setStatusCode(304).end();
            return;
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, asset.type());
        @Nullable String accepted = request.request().getHeader(HttpHeaders.ACCEPT_ENCODING);
        if (accepted != null
                && accepted.contains("gzip")
                && asset.zipped().length() < asset.bytes().length()) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip").end(asset.zipped());
        } else {
            response.end(asset.bytes());
        }
    }
}
