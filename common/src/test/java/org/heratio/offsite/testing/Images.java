package org.heratio.offsite.testing;

/** The images of the tests' servers where Docker is; those of {@code docker-compose.yml}, which a test compares. */
public final class Images {
    public static final String RABBITMQ = "rabbitmq:4.3.6-management";
    public static final String MARIADB = "mariadb:11.4.4";
    public static final String MINIO = "minio/minio:RELEASE.2024-11-07T00-52-20Z";
    public static final String POSTGRES = "postgres:17.2";

    private Images() {}
}
