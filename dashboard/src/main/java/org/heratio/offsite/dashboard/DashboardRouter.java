package org.heratio.offsite.dashboard;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.List;
import org.heratio.offsite.dashboard.http.Answers;
import org.heratio.offsite.dashboard.http.Endpoint;
import org.heratio.offsite.dashboard.http.HostCheck;
import org.heratio.offsite.dashboard.http.SameOrigin;
import org.heratio.offsite.dashboard.http.SecurityHeaders;
import org.heratio.offsite.dashboard.login.Gate;

/** Puts the endpoints behind what guards them. What is not in the list is not served. */
final class DashboardRouter {
    private static final long BODY_LIMIT = 16 * 1024;
    private static final List<Integer> STATUSES = List.of(400, 404, 405, 406, 413, 415, 501);

    private final Gate gate;
    private final SameOrigin sameOrigin = new SameOrigin();
    private final BodyHandler body = BodyHandler.create(false).setBodyLimit(BODY_LIMIT);

    DashboardRouter(Gate gate) {
        this.gate = gate;
    }

    Router router(Vertx vertx, SecurityHeaders headers, HostCheck hosts, List<Endpoint> endpoints) {
        Router router = Router.router(vertx);
        STATUSES.forEach(status -> router.errorHandler(status, context -> {
            headers.on(context.response());
            Answers.status(context, status);
        }));
        router.errorHandler(500, context -> {
            headers.on(context.response());
            failed(context);
        });
        router.route().handler(headers);
        router.route().handler(hosts);
        endpoints.stream().filter(DashboardRouter::needsNoToken).forEach(endpoint -> add(router, endpoint));
        // each path and each method below it, known or not, also before it is asked whether there is such a path
        router.route("/api/*").handler(gate.looking());
        endpoints.stream().filter(endpoint -> !needsNoToken(endpoint)).forEach(endpoint -> add(router, endpoint));
        return router;
    }

    private static boolean needsNoToken(Endpoint endpoint) {
        return endpoint.access() == Endpoint.Access.LOGIN || endpoint.access() == Endpoint.Access.OPEN;
    }

    private void add(Router router, Endpoint endpoint) {
        Route route = router.route(endpoint.method(), endpoint.path());
        switch (endpoint.access()) {
            case OPEN -> route.method(HttpMethod.HEAD);
            case LOGIN -> route.handler(sameOrigin).handler(body);
            case METRICS -> route.handler(gate.scraping());
            case LOOK -> route.handler(gate.looking());
            case LEAVE -> route.handler(sameOrigin).handler(gate.looking()).handler(body);
            case ACT -> route.handler(sameOrigin).handler(gate.acting()).handler(body);
        }
        route.handler(endpoint.handler());
    }

    private static void failed(RoutingContext context) {
        Throwable cause = context.failure();
        if (cause == null) {
            Answers.status(context, context.statusCode() < 400 ? 500 : context.statusCode());
        } else {
            Answers.failed(context, cause);
        }
    }
}
