package org.heratio.offsite.dashboard.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;

/**
 * An address that is served.
 *
 * @param path as the router has it
 * @param access who may ask
 */
public record Endpoint(HttpMethod method, String path, Access access, Handler<RoutingContext> handler) {
    /** The path below which nothing is served without a login. */
    public static final String API = "/api/v1";

    /** Who may ask. */
    public enum Access {
        /** Everybody. */
        OPEN,
        /** Everybody, by a request that no other site made. */
        LOGIN,
        /** Programs on this host, and whoever may look. */
        METRICS,
        /** Whoever may look. */
        LOOK,
        /** Whoever may look, by a request that no other site made. */
        LEAVE,
        /** Whoever may act. */
        ACT
    }

    public static Endpoint open(String path, Handler<RoutingContext> handler) {
        return new Endpoint(HttpMethod.GET, path, Access.OPEN, handler);
    }

    public static Endpoint metrics(String path, Handler<RoutingContext> handler) {
        return new Endpoint(HttpMethod.GET, path, Access.METRICS, handler);
    }

    public static Endpoint look(String path, Handler<RoutingContext> handler) {
        return new Endpoint(HttpMethod.GET, API + path, Access.LOOK, handler);
    }

    public static Endpoint act(String path, Handler<RoutingContext> handler) {
        return new Endpoint(HttpMethod.POST, API + path, Access.ACT, handler);
    }

    public static Endpoint post(String path, Access access, Handler<RoutingContext> handler) {
        return new Endpoint(HttpMethod.POST, API + path, access, handler);
    }
}
