package org.heratio.offsite.dashboard;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.dashboard.api.ApiDocument;
import org.heratio.offsite.dashboard.api.ArchiveHandlers;
import org.heratio.offsite.dashboard.api.DeadLetterHandlers;
import org.heratio.offsite.dashboard.api.HistoryHandlers;
import org.heratio.offsite.dashboard.api.NotificationHandlers;
import org.heratio.offsite.dashboard.api.ProbeHandlers;
import org.heratio.offsite.dashboard.api.RequestHandlers;
import org.heratio.offsite.dashboard.health.HealthHandlers;
import org.heratio.offsite.dashboard.health.Metrics;
import org.heratio.offsite.dashboard.health.SnapshotReadiness;
import org.heratio.offsite.dashboard.http.Answers;
import org.heratio.offsite.dashboard.http.Assets;
import org.heratio.offsite.dashboard.http.Endpoint;
import org.heratio.offsite.dashboard.login.Credentials;
import org.heratio.offsite.dashboard.login.Gate;
import org.heratio.offsite.dashboard.login.LoginHandlers;
import org.heratio.offsite.dashboard.metrics.Scrape;
import org.heratio.offsite.dashboard.summary.EventStream;
import org.heratio.offsite.dashboard.summary.FactsReader;
import org.heratio.offsite.dashboard.summary.Queues;
import org.heratio.offsite.dashboard.summary.Snapshots;
import org.heratio.offsite.dashboard.summary.Summary;
import org.heratio.offsite.dashboard.summary.SummaryBuilder;
import org.heratio.offsite.operations.request.PageRequests;

/** The list of all that is served, and what has to run for it. */
final class DashboardContent {
    /** Drivers have limits of their own below it; some of their steps have none. */
    private static final Duration PROBE = Duration.ofSeconds(30);

    /** For a look at all queues. */
    private static final Duration LOOK = Duration.ofSeconds(20);

    private final List<Endpoint> endpoints = new ArrayList<>();
    private final Vertx vertx;
    private final Snapshots snapshots;
    private final EventStream events;
    private final Scrape scrape;

    /**
     * @param workers for requests, which may take hours
     * @param lookers for the snapshot
     */
    DashboardContent(
            Vertx vertx,
            DashboardParts parts,
            WorkerExecutor workers,
            WorkerExecutor lookers,
            Assets assets,
            ApiDocument document,
            Credentials credentials,
            Gate gate) {
        this.vertx = vertx;
        Settings settings = parts.settings();
        LoginHandlers.ServerInfo server = new LoginHandlers.ServerInfo(
                UUID.randomUUID().toString(), parts.version(), parts.clock().instant());
        this.snapshots = new Snapshots(
                new FactsReader(settings, parts.ledger(), parts.status(), parts.clock()),
                new Queues(parts.broker(), settings.broker().queuePrefix(), settings.drivers(), LOOK),
                parts.broker(),
                lookers,
                parts.clock());
        SummaryBuilder summaries = new SummaryBuilder(
                parts.places(),
                parts.destinations().entrySet().stream()
                        .filter(destination ->
                                destination.getValue().capabilities().protects())
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet()),
                now -> new Summary.Server(server.id(), server.version(), now),
                parts.nextRuns(),
                parts.clock());
        this.events = new EventStream(vertx, snapshots, summaries::of, parts.clock());
        new Metrics(parts.metrics().registry(), snapshots)
                .register(settings.drivers(), Queues.queues(settings.broker().queuePrefix(), settings.drivers()));
        for (String path : assets.paths()) {
            endpoints.add(Endpoint.open(path, request -> assets.serve(request, path)));
        }
        endpoints.add(Endpoint.open("/api", request -> assets.serve(request, "/api.html")));
        endpoints.add(document.endpoint());
        HealthHandlers health = new HealthHandlers(new SnapshotReadiness(snapshots, parts.clock()));
        endpoints.add(Endpoint.open("/health/live", health::live));
        endpoints.add(Endpoint.open("/health/ready", health::ready));
        this.scrape = new Scrape(vertx, "operators-page-scrape", parts.metrics());
        endpoints.add(Endpoint.metrics("/metrics", scrape));
        login(new LoginHandlers(gate, credentials, server, parts.clock()));
        endpoints.add(
                Endpoint.look("/summary", request -> Answers.json(request, 200, summaries.of(snapshots.current()))));
        endpoints.add(Endpoint.look("/events", events::open));
        archives(new Answers(workers), parts);
        actions(new Answers(workers), parts);
    }

    private void actions(Answers answers, DashboardParts parts) {
        Settings settings = parts.settings();
        PageRequests requests = new PageRequests(
                parts.ledger(), parts.publisher(), settings.drivers(), settings.repair() == Settings.Repair.AUTO);
        endpoints.addAll(new RequestHandlers(answers, requests, parts.ledger(), settings.drivers()).endpoints());
        ProbeHandlers probes = new ProbeHandlers(
                vertx, answers, parts.destinations(), parts.ledger().journal(), PROBE);
        endpoints.add(Endpoint.act("/destinations/:driver/probe", probes::probe));
        NotificationHandlers notifications = new NotificationHandlers(
                answers, parts.notifications(), parts.ledger().journal());
        endpoints.add(Endpoint.look("/notifications", notifications::list));
        endpoints.add(Endpoint.act("/notifications/test", notifications::test));
        DeadLetterHandlers letters = new DeadLetterHandlers(
                answers, parts.deadLetters(), parts.ledger().journal());
        endpoints.add(Endpoint.look("/dead-letters", letters::list));
        endpoints.add(Endpoint.look("/dead-letters/letters", letters::page));
        endpoints.add(Endpoint.act("/dead-letters/replay", letters::replay));
        endpoints.add(Endpoint.act("/dead-letters/discard", letters::discard));
    }

    private void archives(Answers answers, DashboardParts parts) {
        HistoryHandlers history =
                new HistoryHandlers(answers, parts.ledger(), parts.settings().timezone());
        ArchiveHandlers archives = new ArchiveHandlers(answers, parts.ledger());
        endpoints.add(Endpoint.look("/history", history::history));
        endpoints.add(Endpoint.look("/journal", history::journal));
        endpoints.add(Endpoint.look("/archives/:version_id", archives::archive));
        endpoints.add(Endpoint.look("/archives/:version_id/story", archives::story));
    }

    private void login(LoginHandlers login) {
        endpoints.add(Endpoint.post("/login", Endpoint.Access.LOGIN, login::login));
        endpoints.add(Endpoint.post("/logout", Endpoint.Access.LEAVE, login::logout));
        endpoints.add(Endpoint.look("/session", login::session));
    }

    List<Endpoint> endpoints() {
        return List.copyOf(endpoints);
    }

    /** Starts on the event loop of the server. */
    void start() {
        snapshots.start(vertx);
        events.start();
    }

    void stop() {
        events.stop();
        snapshots.stop(vertx);
    }

    /** Gives back what the last request may have needed. */
    Future<Void> close() {
        return scrape.close();
    }
}
