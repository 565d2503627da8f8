package org.heratio.offsite.dashboard;

import java.time.Clock;
import org.heratio.offsite.broker.Broker;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.ledger.Ledger;

/**
 * What the page is over.
 *
 * @param version of this build
 */
public record DashboardParts(Settings settings, String version, Ledger ledger, Broker broker, Clock clock) {}
