package org.heratio.offsite.event;

/** Why a scan is made. */
public enum ScanReason {
    START,
    INTERVAL,
    SCHEDULE,
    OVERFLOW,
    REQUEST
}
