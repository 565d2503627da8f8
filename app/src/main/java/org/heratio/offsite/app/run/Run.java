package org.heratio.offsite.app.run;

import java.time.Duration;
import java.util.function.Function;
import org.heratio.offsite.event.Event;

/**
 * A request of a command. A running pipeline does the work, or else stages that are started here for it.
 *
 * @param kind for the ledger
 * @param checks whether it is a sweep
 * @param stages the stages that the work needs
 * @param patience how long passing failures may last
 * @param plaintext whether somebody asked for unencrypted copies
 * @param event makes the event that asks, from the id of the request
 */
public record Run(
        String kind,
        boolean checks,
        StageSelection stages,
        Duration patience,
        boolean plaintext,
        StopSignal stop,
        Function<String, Event> event) {}
