package org.heratio.offsite.destination.s3;

import static org.heratio.offsite.config.Setting.*;

import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.heratio.offsite.config.BadValueException;
import org.heratio.offsite.config.Bandwidth;
import org.heratio.offsite.config.ClearText;
import org.heratio.offsite.config.DestinationReader;
import org.heratio.offsite.config.Parse;
import org.heratio.offsite.config.Secret;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the {@code s3} driver. {@code accessKey} and {@code secretKey} are both there, or neither, and then the SDK's chain
 * is asked.
 *
 * @param bucket empty unless the driver is chosen
 * @param prefix without slashes at its ends; empty for none
 * @param sse null, {@code AES256} or {@code aws:kms}
 * @param lockMode null, {@code GOVERNANCE} or {@code COMPLIANCE}
 * @param lockDays 0 without a lock mode
 * @param proxy may hold a password
 */
public record S3Settings(
        String bucket,
        String region,
        @Nullable URI endpoint,
        @Nullable Secret accessKey,
        @Nullable Secret secretKey,
        String prefix,
        boolean pathStyle,
        @Nullable String storageClass,
        @Nullable String sse,
        @Nullable String kmsKey,
        @Nullable String lockMode,
        int lockDays,
        @Nullable Path caFile,
        @Nullable Secret proxy,
        Bandwidth bandwidth) {

    private static final Set<String> HTTP = Set.of("http", "https");
    /** A name by the rules of any store, a tenant of Ceph's before it, or an access point. */
    private static final Pattern BUCKET = Pattern.compile("arn:\\S+|[A-Za-z0-9][A-Za-z0-9._:-]{0,254}");

    static S3Settings read(DestinationReader read) {
        Secret key = read.secret(BACKUP_OFFSITE_S3_KEY);
        Secret secret = read.secret(BACKUP_OFFSITE_S3_SECRET);
        if ((key == null) != (secret == null)) {
            read.problem(
                    key == null ? BACKUP_OFFSITE_S3_SECRET : BACKUP_OFFSITE_S3_KEY,
                    "key and secret go together",
                    "set both BACKUP_OFFSITE_S3_KEY and BACKUP_OFFSITE_S3_SECRET, or neither to use the AWS SDK's default chain");
        }
        String lockMode = read.choice(BACKUP_OFFSITE_S3_LOCK_MODE, List.of("off", "GOVERNANCE", "COMPLIANCE"), "off");
        Integer lockDays = read.optional(BACKUP_OFFSITE_S3_LOCK_DAYS, text -> Parse.number(text, 1, 36_500));
        checkLock(read, lockMode, lockDays);
        String sse = read.choice(BACKUP_OFFSITE_S3_SSE, List.of("none", "AES256", "aws:kms"), "none");
        String kmsKey = read.text(BACKUP_OFFSITE_S3_KMS_KEY);
        if (kmsKey != null && !"aws:kms".equals(sse)) {
            read.problem(
                    BACKUP_OFFSITE_S3_KMS_KEY,
                    "a KMS key is set but not used",
                    "set BACKUP_OFFSITE_S3_SSE=aws:kms too");
        }
        URI endpoint = read.optional(BACKUP_OFFSITE_S3_ENDPOINT, S3Settings::endpoint);
        URI proxy = read.url(BACKUP_OFFSITE_S3_PROXY, HTTP);
        warnOfClearText(read, endpoint, proxy);
        return new S3Settings(
                bucket(read),
                read.value(BACKUP_OFFSITE_S3_REGION, S3Settings::region),
                endpoint,
                key,
                secret,
                read.value(BACKUP_OFFSITE_S3_PREFIX, S3Settings::prefix),
                read.bool(BACKUP_OFFSITE_S3_PATH_STYLE),
                read.text(BACKUP_OFFSITE_S3_STORAGE_CLASS),
                sse,
                kmsKey,
                lockMode,
                lockMode == null || lockDays == null ? 0 : lockDays,
                read.file(BACKUP_OFFSITE_S3_CA_FILE),
                proxy == null ? null : new Secret(proxy.toString()),
                read.bandwidth(BACKUP_OFFSITE_S3_BANDWIDTH));
    }

    private static void checkLock(DestinationReader read, @Nullable String mode, @Nullable Integer days) {
        if (mode != null && days == null) {
            read.problem(
                    BACKUP_OFFSITE_S3_LOCK_MODE,
                    "nothing says for how long copies are locked",
                    "set BACKUP_OFFSITE_S3_LOCK_DAYS");
        }
        if (mode == null && days != null) {
            read.problem(
                    BACKUP_OFFSITE_S3_LOCK_DAYS,
                    "days are set, but Object Lock is off",
                    "set BACKUP_OFFSITE_S3_LOCK_MODE to governance or compliance");
        }
    }

    private static void warnOfClearText(DestinationReader read, @Nullable URI endpoint, @Nullable URI proxy) {
        if (endpoint != null && ClearText.leavesThisHost(endpoint)) {
            read.advise(
                    BACKUP_OFFSITE_S3_ENDPOINT,
                    "copies go to another host by http, which protects neither their bytes nor their names",
                    "write https://");
        }
        if (proxy != null && proxy.getUserInfo() != null && ClearText.leavesThisHost(proxy)) {
            read.advise(BACKUP_OFFSITE_S3_PROXY, "its user and password go to the proxy unencrypted", "write https://");
        }
    }

    private static URI endpoint(String text) throws BadValueException {
        URI uri = Parse.url(text, HTTP);
        if (uri.getUserInfo() != null) {
            throw new BadValueException(
                    "holds a user", "put credentials into BACKUP_OFFSITE_S3_KEY and BACKUP_OFFSITE_S3_SECRET");
        }
        return uri;
    }

    private static String bucket(DestinationReader read) {
        String bucket = read.required(BACKUP_OFFSITE_S3_BUCKET, "the name of the bucket");
        if (!bucket.isEmpty() && !BUCKET.matcher(bucket).matches()) {
            read.problem(
                    BACKUP_OFFSITE_S3_BUCKET,
                    Parse.quoted(bucket) + " is not the name of a bucket",
                    "write the name alone; BACKUP_OFFSITE_S3_ENDPOINT says where it is, BACKUP_OFFSITE_S3_PREFIX what stands"
                            + " before each name in it");
        }
        return bucket;
    }

    private static String region(String text) throws BadValueException {
        if (!text.matches("[A-Za-z0-9._-]+")) {
            throw new BadValueException(
                    Parse.quoted(text) + " is not the id of a region",
                    "write its id, such as eu-west-1; us-east-1 where the store knows no regions");
        }
        return text;
    }

    /** Without slashes at its ends. What a proxy or a tool would resolve as a path must not be in it: it would be another key. */
    private static String prefix(String text) throws BadValueException {
        String prefix = text.replaceAll("^/+|/+$", "");
        boolean odd = prefix.chars().anyMatch(Character::isISOControl)
                || (!prefix.isEmpty()
                        && Arrays.stream(prefix.split("/", -1))
                                .anyMatch(part -> part.isEmpty() || part.equals(".") || part.equals("..")));
        if (odd) {
            throw new BadValueException(
                    Parse.quoted(text) + " can't stand before the names of copies",
                    "write names divided by single slashes, none of them . or .., such as heratio/backups");
        }
        return prefix;
    }
}
