package org.heratio.offsite.dashboard.health;

/** Tells whether a process can use what it works with. Answers at once, by the last look; what is not known cannot be used. */
public interface Readiness {
    boolean ledger();

    boolean queues();
}
