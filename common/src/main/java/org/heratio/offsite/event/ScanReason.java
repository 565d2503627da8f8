package org.heratio.offsite.event;

/** Why a scan is made. */
public enum ScanReason {
    START,
    INTERVAL,
    SCHEDULE,
    /** Changes were missed, or an archive has to settle again. Earlier builds send it as {@code OVERFLOW}. */
    RESCAN,
    REQUEST
}
