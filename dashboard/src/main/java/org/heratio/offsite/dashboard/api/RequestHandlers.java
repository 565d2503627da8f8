package org.heratio.offsite.dashboard.api;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.heratio.offsite.dashboard.http.Answers;
import org.heratio.offsite.dashboard.http.Endpoint;
import org.heratio.offsite.dashboard.http.Problem;
import org.heratio.offsite.dashboard.http.ProblemException;
import org.heratio.offsite.dashboard.http.RequestBody;
import org.heratio.offsite.dashboard.login.Gate;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.operations.request.PageRequests;
import org.jspecify.annotations.Nullable;

/** Takes orders, and tells how far they are. */
public final class RequestHandlers {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9-]{8,64}");

    private final Answers answers;
    private final PageRequests requests;
    private final Ledger ledger;
    private final List<String> drivers;

    /** @param drivers the configured destinations */
    public RequestHandlers(Answers answers, PageRequests requests, Ledger ledger, List<String> drivers) {
        this.answers = answers;
        this.requests = requests;
        this.ledger = ledger;
        this.drivers = List.copyOf(drivers);
    }

    private record Accepted(String id, String kind) {}

    /** Opens a request. The same id is the same request. */
    public void ask(RoutingContext request) {
        JsonObject body = RequestBody.of(request);
        String path = body.getValue("path") instanceof String text ? text : null;
        PageRequests.Order order = new PageRequests.Order(
                id(RequestBody.text(body, "id")),
                kind(RequestBody.text(body, "kind")),
                chosen(body.getValue("driver") instanceof String text ? text : null),
                Gate.user(request).actor());
        request.response().putHeader("Location", "requests/" + order.id());
        answers.from(request, () -> {
            ask(order, path);
            return new Answers.Answer(
                    202, new Accepted(order.id(), order.kind().name().toLowerCase(Locale.ROOT)));
        });
    }

    private void ask(PageRequests.Order order, @Nullable String path) throws FailureException, InterruptedException {
        boolean ofOne = order.kind() == PageRequests.Kind.VERIFY || order.kind() == PageRequests.Kind.REPAIR;
        if (!ofOne) {
            requests.ask(order);
            return;
        }
        if (path == null) {
            throw ProblemException.badRequest("'path' has to name an archive", null);
        }
        Version version = ledger.search().versionsOf(path, 1).stream()
                .findFirst()
                .orElseThrow(() -> ProblemException.notFound("the ledger has no archive of this path"));
        if (requests.ask(order, version) == 0) {
            throw new ProblemException(new Problem(
                    409,
                    "NOTHING_TO_DO",
                    "Nothing to do",
                    "the archive has no copy that this would change",
                    "look at its copies again"));
        }
    }

    private static String id(String text) {
        if (!ID.matcher(text).matches()) {
            throw ProblemException.badRequest("'id' is no id of a request", "send a random UUID");
        }
        return text;
    }

    private static PageRequests.Kind kind(String text) {
        return Arrays.stream(PageRequests.Kind.values())
                .filter(kind -> kind.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> ProblemException.badRequest(
                        "there are no requests of this kind", "replicate, sweep, verify or repair"));
    }

    private List<String> chosen(@Nullable String driver) {
        if (driver == null) {
            return drivers;
        }
        if (!drivers.contains(driver)) {
            throw ProblemException.notFound("there is no destination of this name");
        }
        return List.of(driver);
    }

    /** Tells how far a request is. */
    public void progress(RoutingContext request) {
        String id = id(request.pathParam("id"));
        answers.from(
                request,
                () -> requests.progress(id).orElseThrow(() -> ProblemException.notFound("there is no request " + id)));
    }

    /** Returns the endpoints. */
    public List<Endpoint> endpoints() {
        return List.of(Endpoint.act("/requests", this::ask), Endpoint.look("/requests/:id", this::progress));
    }
}
