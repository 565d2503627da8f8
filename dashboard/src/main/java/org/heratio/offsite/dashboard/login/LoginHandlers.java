package org.heratio.offsite.dashboard.login;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Instant;
import org.heratio.offsite.dashboard.http.Answers;
import org.heratio.offsite.dashboard.http.Problem;
import org.heratio.offsite.dashboard.http.ProblemException;
import org.heratio.offsite.dashboard.http.RequestBody;

/** Opens and ends sessions. */
public final class LoginHandlers {
    private final Gate gate;
    private final Credentials credentials;
    private final ServerInfo server;
    private final Clock clock;

    public LoginHandlers(Gate gate, Credentials credentials, ServerInfo server, Clock clock) {
        this.gate = gate;
        this.credentials = credentials;
        this.server = server;
        this.clock = clock;
    }

    /**
     * This process.
     *
     * @param id another one after each start: a page that was loaded before reloads itself
     */
    public record ServerInfo(String id, String version, Instant startedAt) {}

    private record Session(User.Role role, String user, Server server) {}

    private record Server(String id, String version, Instant startedAt, Instant now) {}

    /** Opens a session for a token. */
    public void login(RoutingContext context) {
        JsonObject body = RequestBody.of(context);
        User user = gate.checked(context.request(), RequestBody.text(body, "token"))
                .orElseThrow(() -> new ProblemException(new Problem(
                        401,
                        "LOGIN_FAILED",
                        "Wrong token",
                        "this is not the token of this installation",
                        "the token is in the file <state>/dashboard-token")));
        context.response()
                .addCookie(cookie(context, credentials.newSession(user)).setMaxAge(Credentials.SESSION.toSeconds()));
        Answers.nothing(context);
    }

    /** Ends the session of this browser. */
    public void logout(RoutingContext context) {
        context.response().addCookie(cookie(context, "").setMaxAge(0));
        Answers.nothing(context);
    }

    /** Without a path, the browser sends it back only below the directory that this answer came from, also behind a proxy's prefix. */
    private Cookie cookie(RoutingContext context, String value) {
        return Cookie.cookie(gate.cookieName(), value)
                .setHttpOnly(true)
                .setSameSite(CookieSameSite.LAX)
                .setSecure(gate.isSecure(context.request()));
    }

    /** Tells who has logged in where. */
    public void session(RoutingContext context) {
        User user = Gate.user(context);
        Answers.json(
                context,
                200,
                new Session(
                        user.role(),
                        user.name(),
                        new Server(server.id(), server.version(), server.startedAt(), clock.instant())));
    }
}
