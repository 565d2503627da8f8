package org.heratio.offsite.dashboard.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gives each answer, errors too, the headers that bound what a browser may do with it. */
public final class SecurityHeaders implements Handler<RoutingContext> {
    private final Map<String, String> headers = new LinkedHashMap<>();

    /**
     * @param scripts hashes of the scripts within the page, as a policy names them
     * @param tls whether this server speaks TLS
     */
    public SecurityHeaders(List<String> scripts, boolean tls) {
        headers.put(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'" + (scripts.isEmpty() ? "" : " " + String.join(" ", scripts))
                        + "; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self';"
                        + " base-uri 'none'; frame-ancestors 'none'");
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("X-Frame-Options", "DENY");
        headers.put("Referrer-Policy", "same-origin");
        headers.put("Cross-Origin-Opener-Policy", "same-origin");
        headers.put("Cross-Origin-Resource-Policy", "same-origin");
        headers.put("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
        if (tls) {
            headers.put("Strict-Transport-Security", "max-age=31536000");
        }
    }

    @Override
    public void handle(RoutingContext request) {
        on(request.response());
        request.next();
    }

    /** Puts the headers on an answer. */
    public void on(HttpServerResponse response) {
        headers.forEach(response::putHeader);
    }
}
