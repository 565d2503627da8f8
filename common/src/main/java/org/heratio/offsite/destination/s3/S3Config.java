package org.heratio.offsite.destination.s3;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of the {@code s3} driver.
 *
 * @param place where the copies lie
 * @param access how the store is reached and who asks
 * @param objects what each object is given
 * @param limits how much at once, and in what pieces
 * @param timeouts when a silent store counts as unreachable
 * @param stateDir directory for the notes about unfinished uploads; made when it is not there
 */
public record S3Config(
        Place place, Access access, ObjectSettings objects, Limits limits, Timeouts timeouts, Path stateDir) {

    /** A configuration with the usual limits and timeouts. */
    public static S3Config of(Place place, Access access, Path stateDir) {
        return new S3Config(place, access, ObjectSettings.PLAIN, Limits.USUAL, Timeouts.USUAL, stateDir);
    }

    /** The same with other object settings. */
    public S3Config with(ObjectSettings other) {
        return new S3Config(place, access, other, limits, timeouts, stateDir);
    }

    /** The same with other limits. */
    public S3Config with(Limits other) {
        return new S3Config(place, access, objects, other, timeouts, stateDir);
    }

    /** The same with other timeouts. */
    public S3Config with(Timeouts other) {
        return new S3Config(place, access, objects, limits, other, stateDir);
    }

    /**
     * Where the copies lie.
     *
     * @param bucket its name
     * @param region as the store calls it; {@code us-east-1} where a store knows none
     * @param endpoint the store, or null for AWS
     * @param pathStyle whether the bucket stands in the path instead of the host name
     * @param prefix what stands before each name in the key, without slashes at its ends; may be empty
     */
    public record Place(
            String bucket, String region, @Nullable URI endpoint, boolean pathStyle, String prefix) {
        public Place {
            requireText(bucket, "bucket");
            requireText(region, "region");
            prefix = withoutOuterSlashes(prefix);
        }
    }

    /**
     * How the store is reached, and who asks.
     *
     * @param credentials the key to sign with, or null for the SDK's default chain
     * @param caFile PEM file of certificates to trust instead of the system's, or null
     * @param proxy HTTP proxy ({@code http://[user:password@]host:port}), or null; a password never shows in {@code toString}
     */
    public record Access(
            @Nullable Credentials credentials,
            @Nullable Path caFile,
            @Nullable URI proxy) {
        @Override
        public String toString() {
            return "Access[credentials=" + credentials + ", caFile=" + caFile + ", proxy="
                    + (proxy == null ? null : proxy.getHost() + ":" + proxy.getPort()) + "]";
        }
    }

    /**
     * A key to sign with; {@code toString} shows no secret.
     *
     * @param keyId the public half
     * @param secret the secret half
     * @param sessionToken for temporary keys, or null
     */
    public record Credentials(
            String keyId, String secret, @Nullable String sessionToken) {
        public Credentials {
            requireText(keyId, "keyId");
            requireText(secret, "secret");
        }

        @Override
        public String toString() {
            return "Credentials[keyId=" + keyId + ", secret=****]";
        }
    }

    /**
     * The headers of each object.
     *
     * @param storageClass as the store calls it, or null for its default
     * @param encryption what the store itself encrypts with
     * @param kmsKey the key of {@link Encryption#KMS}, or null for the bucket's default
     * @param lock retention, or null for what the bucket says
     */
    public record ObjectSettings(
            @Nullable String storageClass,
            Encryption encryption,
            @Nullable String kmsKey,
            @Nullable Lock lock) {
        /** Nothing beyond what the bucket does by itself. */
        public static final ObjectSettings PLAIN = new ObjectSettings(null, Encryption.BUCKET_DEFAULT, null, null);

        /** The same for what has to be removable. */
        ObjectSettings withoutLock() {
            return new ObjectSettings(storageClass, encryption, kmsKey, null);
        }
    }

    /** The encryption by the store. Our own encryption happens before, and does not depend on it. */
    public enum Encryption {
        BUCKET_DEFAULT,
        AES256,
        KMS
    }

    /**
     * Object Lock for each copy.
     *
     * @param mode how strict
     * @param days from the upload on
     */
    public record Lock(LockMode mode, int days) {
        public Lock {
            requirePositive(days, "days");
        }
    }

    /** How strictly a locked copy is kept. */
    public enum LockMode {
        GOVERNANCE,
        COMPLIANCE
    }

    /**
     * How much at once, and in what pieces. The heap needs about a megabyte for each parallel part, whatever the part's size.
     *
     * @param parallelParts parts in flight, of all puts together
     * @param maxParts parts of one upload that the store takes; 10,000 at AWS, but 1,000 at some, and no answer says which
     * @param partBytes size of a part, as long as {@code maxParts} of them are enough; at least 5 MiB at most stores
     * @param singlePutBytes payloads up to this size are put in one piece
     * @param maxNameBytes longest component of a name; 255 where a store keeps objects as files, which is often
     */
    public record Limits(int parallelParts, int maxParts, long partBytes, long singlePutBytes, int maxNameBytes) {
        /** Four parts of 16 MiB at a time, 1,000 at most: larger parts cost no memory, and 1,000 of 5 GiB are nearly 5 TiB. */
        public static final Limits USUAL = new Limits(4, 1_000, 16L << 20, 16L << 20, 255);

        public Limits {
            requirePositive(parallelParts, "parallelParts");
            requirePositive(maxParts, "maxParts");
            requirePositive(partBytes, "partBytes");
            requirePositive(maxNameBytes, "maxNameBytes");
            if (singlePutBytes < 0) {
                throw new IllegalArgumentException("singlePutBytes must not be negative");
            }
        }
    }

    /**
     * When a silent store counts as unreachable.
     *
     * @param connect for a connection to be made
     * @param idle without a byte in or out
     */
    public record Timeouts(Duration connect, Duration idle) {
        /** 10 s to connect, 60 s of silence. */
        public static final Timeouts USUAL = new Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(60));

        public Timeouts {
            requirePositive(connect.toMillis(), "connect");
            requirePositive(idle.toMillis(), "idle");
        }
    }

    private static void requireText(String value, String name) {
        if (value.isBlank()) {
            throw new IllegalArgumentException(name + " is empty");
        }
    }

    private static void requirePositive(long value, String name) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be more than 0");
        }
    }

    private static String withoutOuterSlashes(String prefix) {
        int from = 0;
        int to = prefix.length();
        while (from < to && prefix.charAt(from) == '/') {
            from++;
        }
        while (to > from && prefix.charAt(to - 1) == '/') {
            to--;
        }
        return prefix.substring(from, to);
    }
}
