package org.heratio.offsite.watcher;

import java.time.Duration;
import java.time.InstantSource;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Scans;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records scans, and in a service its signs of life within one: a scan of many archives on a slow disk takes longer than a service may
 * be silent. Calls of one scan at a time.
 */
final class ScanRecord {
    private static final Logger LOG = LoggerFactory.getLogger(ScanRecord.class);

    /** So often a sign is written at most. */
    static final Duration PAUSE = Duration.ofMinutes(1);

    private final Scans scans;
    private final String root;
    private final InstantSource clock;
    private volatile boolean serving;
    private volatile long last;

    ScanRecord(Scans scans, String root, InstantSource clock) {
        this.scans = scans;
        this.root = root;
        this.clock = clock;
    }

    /** Takes all scans from now on for those of a service. */
    void serve() {
        serving = true;
    }

    /** Notes that a scan begins or goes on. A ledger that cannot be written to is no fault of the scan. */
    void goesOn() {
        long now = clock.millis();
        if (!serving || Math.abs(now - last) < PAUSE.toMillis()) {
            return;
        }
        last = now;
        try {
            scans.goesOn(root, now);
        } catch (LedgerException e) {
            LOG.debug("no sign of life: {}", e.failure().oneLine());
        }
    }

    /** Notes that a scan has ended. */
    void ended() throws LedgerException {
        long now = clock.millis();
        scans.record(root, now, serving);
        last = now;
    }
}
