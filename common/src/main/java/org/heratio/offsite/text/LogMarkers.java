package org.heratio.offsite.text;

import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/** Marks lines of the log that are limited in a way of their own. */
public final class LogMarkers {
    /** A line that is not said again as long as the process runs. */
    public static final Marker ONCE = MarkerFactory.getMarker("ONCE");

    private LogMarkers() {}
}
