package org.heratio.offsite.dashboard.api;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.heratio.offsite.dashboard.http.Endpoint;

/** The description of the API, as OpenAPI 3.1. It is the file that the tests hold each answer to. */
public final class ApiDocument {
    private static final String PATH = "/openapi.json";

    private final Buffer text;

    private ApiDocument(Buffer text) {
        this.text = text;
    }

    /** Reads it beside a class. Blocks. */
    public static ApiDocument load(Class<?> beside) throws IOException {
        try (InputStream stream = Objects.requireNonNull(beside.getResourceAsStream("openapi.json"), "openapi.json")) {
            return new ApiDocument(Buffer.buffer(stream.readAllBytes()));
        }
    }

    /** Returns where it is served. */
    public Endpoint endpoint() {
        return new Endpoint(HttpMethod.GET, PATH, Endpoint.Access.LOOK, this::serve);
    }

    private void serve(RoutingContext request) {
        request.response()
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(text);
    }
}
