package org.heratio.offsite.dashboard.metrics;

import io.micrometer.core.instrument.Tags;

/**
 * The name of a stage as labels.
 *
 * @param stage such as {@code uploader}; {@code sweep} for the verifier of sweeps
 * @param destination the driver; empty for a stage of all destinations
 */
record StageName(String stage, String destination) {
    private static final String SWEEP = ":sweep";

    /** @param name as in its definition, such as {@code uploader:s3} or {@code verifier:s3:sweep} */
    static StageName of(String name) {
        boolean sweep = name.endsWith(SWEEP);
        String[] parts = (sweep ? name.substring(0, name.length() - SWEEP.length()) : name).split(":", 2);
        return new StageName(sweep ? "sweep" : parts[0], parts.length > 1 ? parts[1] : "");
    }

    Tags tags() {
        return Tags.of("stage", stage, "destination", destination);
    }
}
