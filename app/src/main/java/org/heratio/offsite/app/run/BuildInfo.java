package org.heratio.offsite.app.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/**
 * The sources that this program was built from.
 *
 * @param version of {@code pom.xml}, such as {@code 0.1.0}
 * @param commit the first digits of the commit, behind the nearest tag if there is one; ends with {@code -changed} if the sources had
 *     changes that were not committed; {@code unknown} outside a repository
 * @param date of the commit, in UTC, such as {@code 2026-11-30}; {@code unknown} outside a repository
 */
public record BuildInfo(String version, String commit, String date) {
    private static final String RESOURCE = "/org/heratio/offsite/app/build.properties";

    /** Reads what the build wrote into the jar. */
    public static BuildInfo read() {
        Properties properties = new Properties();
        try (InputStream in = Objects.requireNonNull(BuildInfo.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new BuildInfo(
                properties.getProperty("version", "unknown"),
                properties.getProperty("commit", "unknown"),
                properties.getProperty("date", "unknown"));
    }
}
