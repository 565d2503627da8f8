package org.heratio.offsite.ledger.jdbc;

import org.h2.engine.SysProperties;

/** System properties of H2 that an embedded ledger depends on. H2 reads them once, when its classes are loaded. */
final class H2Properties {
    private static final String BIND_ADDRESS = "h2.bindAddress";
    private static final String MAX_RECONNECT = "h2.maxReconnect";

    private H2Properties() {}

    /**
     * Sets the properties that are not set on the command line.
     *
     * @throws IllegalStateException if H2 was loaded before: its server would listen on all addresses
     */
    static void set() {
        // the server for a second process must not be reachable from outside
        setIfMissing(BIND_ADDRESS, "127.0.0.1");
        // a connection whose server went away would open the database by itself, even to be closed, and out of turn
        setIfMissing(MAX_RECONNECT, "0");
        if (SysProperties.BIND_ADDRESS == null) {
            throw new IllegalStateException("H2 was loaded before " + BIND_ADDRESS + " was set");
        }
    }

    private static void setIfMissing(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }
}
