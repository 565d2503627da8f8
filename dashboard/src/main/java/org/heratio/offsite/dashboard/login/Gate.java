package org.heratio.offsite.dashboard.login;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.SecurityPolicyHandler;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.dashboard.http.Problem;
import org.heratio.offsite.dashboard.http.ProblemException;
import org.jspecify.annotations.Nullable;

/** Decides who asks, and whether he may. For the event loop of the server. */
public final class Gate {
    private static final String USER = "offsite.user";
    private static final String BEARER = "bearer ";
    private static final String FORWARDED_PREFIX = "x-forwarded-";
    private static final Set<String> FORWARDED = Set.of("forwarded", "via", "x-real-ip");
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}._@+ -]{1,64}");

    private final Settings.Dashboard settings;
    private final Credentials credentials;
    private final Failures failures;
    private final Set<InetAddress> proxies = new HashSet<>();

    public Gate(Settings.Dashboard settings, Credentials credentials, Clock clock) {
        this.settings = settings;
        this.credentials = credentials;
        this.failures = new Failures(clock);
        if (settings.proxy() != null) {
            settings.proxy().peers().forEach(peer -> proxies.add(address(peer)));
        }
    }

    /** Parses an address; looks up no name. */
    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text + " is no IP address", e);
        }
    }

    /** Returns a handler that lets pass whoever may look. */
    public SecurityPolicyHandler looking() {
        return context -> pass(context, User.Role.READ_ONLY);
    }

    /** Returns a handler that lets pass whoever may act. */
    public SecurityPolicyHandler acting() {
        return context -> pass(context, User.Role.ADMIN);
    }

    /** Returns a handler that lets pass programs on this host, and whoever may look. */
    public SecurityPolicyHandler scraping() {
        return context -> {
            if (proxies.isEmpty()
                    && !isForwarded(context.request())
                    && address(peer(context.request())).isLoopbackAddress()) {
                context.next();
            } else {
                pass(context, User.Role.READ_ONLY);
            }
        };
    }

    /** Returns whether a proxy says that it asks for another: then a program on this host is not who wants to know. */
    private static boolean isForwarded(HttpServerRequest request) {
        return request.headers().names().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .anyMatch(name -> name.startsWith(FORWARDED_PREFIX) || FORWARDED.contains(name));
    }

    private void pass(RoutingContext context, User.Role needed) {
        User user = user(context.request())
                .orElseThrow(() -> new ProblemException(new Problem(
                        401, "LOGIN_REQUIRED", "Log in first", "no valid token came with the request", null)));
        if (!user.may(needed)) {
            throw new ProblemException(new Problem(
                    403,
                    "READ_ONLY",
                    "You may only look",
                    user.name() + " may look, and do nothing",
                    "log in with the token of an administrator"));
        }
        context.put(USER, user);
        context.next();
    }

    /** Returns who asks, behind one of the handlers above. */
    public static User user(RoutingContext context) {
        return context.get(USER);
    }

    private Optional<User> user(HttpServerRequest request) {
        @Nullable String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (header != null && header.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            return checked(request, header.substring(BEARER.length()).strip());
        }
        for (Cookie cookie : request.cookies(cookieName())) {
            Optional<User> user = credentials.ofSession(cookie.getValue());
            if (user.isPresent()) {
                return user;
            }
        }
        return named(request);
    }

    /** Returns whose token it is. A right one always passes; an address that sent too many wrong ones has to wait with the next. */
    Optional<User> checked(HttpServerRequest request, String token) {
        String peer = peer(request);
        Optional<User> user = credentials.ofToken(token);
        if (user.isPresent()) {
            failures.succeeded(peer);
            return user;
        }
        long wait = failures.wait(peer);
        if (wait > 0) {
            request.response().putHeader(HttpHeaders.RETRY_AFTER, Long.toString(wait));
            throw new ProblemException(new Problem(
                    429,
                    "TOO_MANY_LOGINS",
                    "Too many wrong tokens",
                    "too many wrong tokens came from this address; it has to wait " + wait + " s",
                    null));
        }
        failures.failed(peer);
        return user;
    }

    /** Returns the user whom a proxy names; the header of no other address counts. */
    private Optional<User> named(HttpServerRequest request) {
        Settings.Dashboard.Proxy proxy = settings.proxy();
        if (proxy == null || !proxies.contains(address(peer(request)))) {
            return Optional.empty();
        }
        List<String> names = request.headers().getAll(proxy.userHeader());
        if (names.size() != 1 || !NAME.matcher(names.get(0)).matches()) {
            return Optional.empty();
        }
        String name = names.get(0);
        boolean admin = proxy.admins().contains("*") || proxy.admins().contains(name);
        return Optional.of(new User(name, admin ? User.Role.ADMIN : User.Role.READ_ONLY));
    }

    /** Returns whether the browser speaks TLS, to this server or to a proxy in front of it. */
    boolean isSecure(HttpServerRequest request) {
        return request.isSSL()
                || (proxies.contains(address(peer(request)))
                        && "https".equalsIgnoreCase(request.getHeader("X-Forwarded-Proto")));
    }

    private static String peer(HttpServerRequest request) {
        return request.remoteAddress().hostAddress();
    }

    /** Returns the name of the cookie. Browsers send the cookies of all ports of a host, so that it has the port in it. */
    String cookieName() {
        return "offsite-" + settings.port();
    }
}
