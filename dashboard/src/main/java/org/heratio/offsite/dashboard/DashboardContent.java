package org.heratio.offsite.dashboard;

import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.heratio.offsite.dashboard.http.Answers;
import org.heratio.offsite.dashboard.http.Assets;
import org.heratio.offsite.dashboard.http.Endpoint;
import org.heratio.offsite.dashboard.login.Credentials;
import org.heratio.offsite.dashboard.login.Gate;
import org.heratio.offsite.dashboard.login.LoginHandlers;

/** The list of all that is served. */
final class DashboardContent {
    private final List<Endpoint> endpoints = new ArrayList<>();

    DashboardContent(
            DashboardParts parts, WorkerExecutor workers, Assets assets, Credentials credentials, Gate gate) {
        Answers answers = new Answers(workers);
        LoginHandlers login = new LoginHandlers(
                gate,
                credentials,
                new LoginHandlers.ServerInfo(
                        UUID.randomUUID().toString(), parts.version(), parts.clock().instant()),
                parts.clock());
        for (String path : assets.paths()) {
            endpoints.add(Endpoint.open(path, request -> assets.serve(request, path)));
        }
        endpoints.add(Endpoint.post("/login", Endpoint.Access.LOGIN, login::login));
        endpoints.add(Endpoint.post("/logout", Endpoint.Access.LEAVE, login::logout));
        endpoints.add(Endpoint.look("/session", login::session));
    }

    List<Endpoint> endpoints() {
        return List.copyOf(endpoints);
    }

    void start(Vertx vertx) {}

    void stop() {}
}
