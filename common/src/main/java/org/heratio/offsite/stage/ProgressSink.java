package org.heratio.offsite.stage;

/** Takes progress reports of a worker; cheap to call often, from any thread. */
@FunctionalInterface
public interface ProgressSink {
    /**
     * @param driver the destination, or empty
     * @param done bytes done
     * @param total bytes in all
     */
    void report(long versionId, String driver, long done, long total);
}
