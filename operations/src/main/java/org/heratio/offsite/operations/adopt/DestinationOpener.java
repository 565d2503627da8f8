package org.heratio.offsite.operations.adopt;

import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.failure.FailureException;

/** Opens a configured destination for reading. The caller closes it. */
@FunctionalInterface
public interface DestinationOpener {
    /** @param holdsCopies whether the destination should hold copies: an empty one is then a mount that is missing */
    Destination open(String driver, boolean holdsCopies) throws ConfigException, FailureException;
}
