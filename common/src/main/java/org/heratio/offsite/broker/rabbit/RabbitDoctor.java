package org.heratio.offsite.broker.rabbit;

import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.UnblockedCallback;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.finding.Finding;

/**
 * Looks at RabbitMQ for {@code offsite doctor}: at each server that is named, and through the first that answers at queues, exchanges and
 * rights. It connects as the pipeline does, and changes nothing. Blocks, for a minute at most; not for an event loop.
 */
public final class RabbitDoctor {
    private static final Duration CONNECTING = Duration.ofSeconds(15);
    private static final Duration EXAMINING = Duration.ofSeconds(20);
    private static final Pattern VERSION = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})\\b.*");

    private final Vertx vertx;
    private final RabbitSettings settings;
    private final RabbitTopology topology;
    private final List<Finding> findings = new ArrayList<>();

    /** Nothing is connected before {@link #examine}. */
    public RabbitDoctor(Vertx vertx, RabbitSettings settings, Topology topology) {
        this.vertx = vertx;
        this.settings = settings;
        this.topology = new RabbitTopology(topology);
    }

    /** All that could be found out; what fails is a finding. For one use. */
    public List<Finding> examine() throws InterruptedException {
        List<RabbitLink> links = connect();
        try {
            if (!links.isEmpty()) {
                examine(links.get(0));
            }
        } finally {
            Future<?> closed =
                    Future.join(links.stream().map(RabbitLink::close).toList()).otherwiseEmpty();
            waitFor(closed, CONNECTING);
        }
        return findings;
    }

    /** One server as it was reached, or not. */
    private record Node(RabbitSettings settings, Future<RabbitLink> link) {}

    /** All at once, so that dead ones cost the time of one. */
    private List<RabbitLink> connect() throws InterruptedException {
        List<Node> nodes = settings.nodes().stream()
                .map(node -> new Node(node, RabbitLink.open(vertx, node, "doctor")))
                .toList();
        List<RabbitLink> links = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        for (Node node : nodes) {
            waitFor(node.link(), CONNECTING);
            if (node.link().succeeded()) {
                RabbitLink link = node.link().result();
                links.add(link);
                version(node.settings(), link.connection());
            } else {
                node.link().onSuccess(RabbitLink::close);
                failures.add(failure(node));
            }
        }
        for (Failure failure : failures) {
            // a node that is down is what the others are for; one that refuses us never was of use
            boolean spare = !links.isEmpty() && failure.code() == ErrorCode.BROKER_UNAVAILABLE;
            String hint = failure.code() == ErrorCode.BROKER_UNAVAILABLE ? unavailable() : failure.hint();
            findings.add(spare ? Finding.warn(failure.reason(), hint) : Finding.fail(failure.reason(), hint));
        }
        return links;
    }

    private String unavailable() {
        String hint =
                "look whether the server runs there, and at BACKUP_OFFSITE_AMQP_URI and BACKUP_OFFSITE_AMQP_HOSTS";
        // with TLS 1.3 a server may hang up before its alert is read
        return !settings.tls()
                ? hint
                : hint + "; the server's log says whether it wants another client certificate"
                        + " (BACKUP_OFFSITE_AMQP_CERT_FILE)";
    }

    private static Failure failure(Node node) {
        String what = "connecting to " + node.settings().where();
        Throwable cause = node.link().isComplete() ? node.link().cause() : late(CONNECTING);
        return RabbitFailures.of(what, cause).failure();
    }

    private void version(RabbitSettings node, Connection connection) {
        String version = String.valueOf(connection.getServerProperties().get("version"));
        String server = "RabbitMQ " + version + " at " + node.where();
        Matcher numbers = VERSION.matcher(version);
        int number = numbers.matches()
                ? Integer.parseInt(numbers.group(1)) * 1_000 + Integer.parseInt(numbers.group(2))
                : Integer.MAX_VALUE;
        if (number < 3_010) {
            findings.add(Finding.fail(
                    server + " is too old: its queues lose what moves between them", "3.10 or newer is needed"));
        } else if (number < 3_012) {
            findings.add(
                    Finding.warn(
                            server + accepts(node) + ", but knows no time limit of a single queue's",
                            "set consumer_timeout in its configuration beyond the longest upload, or upgrade to 3.12 or newer"));
        } else {
            findings.add(Finding.ok(server + accepts(node)));
        }
    }

    private static String accepts(RabbitSettings node) {
        return " accepts user " + node.who() + " on virtual host " + node.virtualHost()
                + (node.tls() ? ", over TLS" : "");
    }

    private void examine(RabbitLink link) throws InterruptedException {
        Connection connection = link.connection();
        RabbitExamination examination = new RabbitExamination(settings, topology, connection);
        Promise<List<Finding>> blocked = Promise.promise();
        UnblockedCallback again = () -> {};
        BlockedListener alarm =
                connection.addBlockedListener(reason -> blocked.tryFail(RabbitFailures.blocked(reason)), again);
        if (examined("looking at queues", examination::look, Promise.promise())) {
            examined("looking at rights", () -> List.of(examination.rights()), blocked);
        }
        connection.removeBlockedListener(alarm);
    }

    /**
     * Takes the findings of one part, on a thread that may be left behind until the connection ends.
     *
     * @param end may be failed by others before that
     */
    private boolean examined(String what, Callable<List<Finding>> part, Promise<List<Finding>> end)
            throws InterruptedException {
        vertx.executeBlocking(part, false).onSuccess(end::tryComplete).onFailure(end::tryFail);
        Future<List<Finding>> examined = end.future();
        waitFor(examined, EXAMINING);
        if (examined.succeeded()) {
            findings.addAll(examined.result());
            return true;
        }
        Throwable cause = examined.isComplete() ? examined.cause() : late(EXAMINING);
        Failure failure = RabbitFailures.of(what, cause).failure();
        findings.add(Finding.fail(failure.reason(), failure.hint()));
        return false;
    }

    private static TimeoutException late(Duration bound) {
        return new TimeoutException("no answer within " + bound.toSeconds() + " s");
    }

    /** Waits for the end, whatever it is, and not beyond the bound. */
    private static void waitFor(Future<?> future, Duration bound) throws InterruptedException {
        try {
            future.toCompletionStage().toCompletableFuture().get(bound.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // the caller looks at the future itself
        }
    }
}
