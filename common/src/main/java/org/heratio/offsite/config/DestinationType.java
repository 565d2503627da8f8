package org.heratio.offsite.config;

/** The settings of one type of destination. Its driver reads them, so that this package names no driver. */
public interface DestinationType {
    /** Returns the driver's name in {@code BACKUP_OFFSITE_DRIVER}, ledger and queues. */
    String name();

    /**
     * Reads the settings into a record of the driver's own, which {@link Settings#destination} returns. It is called whether the
     * driver is chosen or not, so that every bad value is reported. What is required is then empty (a text) or null.
     */
    Record read(DestinationReader read);
}
