package org.heratio.offsite.dashboard;

import java.time.Clock;
import java.util.Map;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.dashboard.metrics.ProcessMetrics;
import org.heratio.offsite.dashboard.summary.SummaryBuilder;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.operations.deadletters.DeadLetters;
import org.heratio.offsite.operations.notify.NotificationsService;
import org.heratio.offsite.operations.status.StatusService;
import org.heratio.offsite.stage.EventPublisher;

/**
 * The ports that the page uses.
 *
 * @param version of this build
 * @param places where the copies of each destination are, for people; by driver, in the order of the settings
 */
public record DashboardParts(
        Settings settings,
        String version,
        Ledger ledger,
        Broker broker,
        EventPublisher publisher,
        Map<String, Destination> destinations,
        DeadLetters deadLetters,
        Map<String, String> places,
        SummaryBuilder.NextRuns nextRuns,
        StatusService status,
        NotificationsService notifications,
        ProcessMetrics metrics,
        Clock clock) {}
