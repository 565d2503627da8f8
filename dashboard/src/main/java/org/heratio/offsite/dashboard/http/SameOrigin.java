package org.heratio.offsite.dashboard.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.SecurityPolicyHandler;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Refuses unsafe requests that another site's page may have made. Browsers send {@code Sec-Fetch-Site} over TLS and to localhost, and
 * {@code Origin} with each POST; a request with neither comes from no browser. The body has to be JSON, which no form can send.
 */
public final class SameOrigin implements SecurityPolicyHandler {
    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (!isOurs(request)) {
            throw new ProblemException(new Problem(
                    403,
                    "FOREIGN_ORIGIN",
                    "From another site",
                    "the request was made by the page of another site",
                    null));
        }
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (type == null
                || !type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals("application/json")) {
            throw new ProblemException(
                    new Problem(415, "NOT_JSON", "Not JSON", "the body has to be of the type application/json", null));
        }
        context.next();
    }

    private static boolean isOurs(HttpServerRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null) {
            return site.equals("same-origin");
        }
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        return origin == null || isHost(origin, request.authority());
    }

    private static boolean isHost(String origin, @Nullable HostAndPort host) {
        try {
            URI uri = URI.create(origin);
            return host != null
                    && host.host().equalsIgnoreCase(uri.getHost())
                    && port(host.port(), uri.getScheme()) == port(uri.getPort(), uri.getScheme());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static int port(int given, @Nullable String scheme) {
        return given > 0 ? given : "https".equalsIgnoreCase(scheme) ? 443 : 80;
    }
}
