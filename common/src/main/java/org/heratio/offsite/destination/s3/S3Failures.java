package org.heratio.offsite.destination.s3;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.NoSuchFileException;
import java.security.cert.CertificateException;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** Classifies what the SDK throws: what may pass by itself, and what somebody has to change first. */
final class S3Failures {
    private static final Set<String> THROTTLED = Set.of(
            "SlowDown",
            "ServiceUnavailable",
            "Throttling",
            "ThrottlingException",
            "RequestLimitExceeded",
            "TooManyRequests");
    private static final Set<String> FULL = Set.of("QuotaExceeded", "InsufficientStorage", "XMinioStorageFull");
    private static final Set<String> SPOILED_ON_THE_WAY = Set.of(
            "BadDigest",
            "InvalidDigest",
            "XAmzContentSHA256Mismatch",
            "XAmzContentChecksumMismatch",
            "IncompleteBody",
            "InvalidPart",
            "InvalidPartOrder",
            "NoSuchUpload",
            "RequestTimeout");
    private static final Set<String> WRONG_REGION = Set.of(
            "PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraint");
    private static final Set<String> EXPIRED = Set.of("ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired");
    private static final Set<String> WRONG_KEY =
            Set.of("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "NotSignedUp");

    private final String bucket;
    private final String store;
    private final boolean keysRefresh;
    private final String lockRights;
    private final String hint;

    S3Failures(S3Config config) {
        var endpoint = config.place().endpoint();
        this.bucket = config.place().bucket();
        this.store = endpoint == null
                ? "AWS S3 in " + config.place().region()
                : endpoint.getScheme() + "://" + endpoint.getAuthority();
        this.keysRefresh = config.access().credentials() == null;
        this.lockRights = config.objects().lock() == null ? "" : ", for Object Lock also s3:PutObjectRetention";
        this.hint = config.objects().equals(S3Config.ObjectSettings.PLAIN)
                ? "'offsite doctor' tells what this store can do"
                : "'offsite doctor' tells what this store can do; look whether it knows what BACKUP_OFFSITE_S3_STORAGE_CLASS,"
                        + " _SSE or _LOCK_MODE ask for";
    }

    /** Classifies the failure of a call. {@code what} names the operation and its object. */
    FailureException of(String what, Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        FailureException known = find(cause, FailureException.class);
        if (known != null) {
            return known;
        }
        Failure failure =
                cause instanceof AwsServiceException answer ? answered(what, answer) : unanswered(what, cause);
        return new FailureException(failure, cause);
    }

    /** The store's own error code behind a failure, or empty. */
    static String storeCode(FailureException failure) {
        return failure.getCause() instanceof AwsServiceException answer ? code(answer) : "";
    }

    /** The store's own words behind a failure, or empty. */
    static String storeMessage(FailureException failure) {
        return failure.getCause() instanceof AwsServiceException answer ? message(answer) : "";
    }

    /** The HTTP status behind a failure, or 0. */
    static int status(FailureException failure) {
        return failure.getCause() instanceof AwsServiceException answer ? answer.statusCode() : 0;
    }

    /** Returns whether the connection was lost during a request: the store may have answered, and more than that. */
    static boolean isCut(FailureException failure) {
        return failure.failure().code() == ErrorCode.DESTINATION_UNREACHABLE
                && find(failure, IOException.class) != null
                && find(failure, ConnectException.class) == null
                && find(failure, UnknownHostException.class) == null;
    }

    /** The bucket is not there; which looks like a missing copy, and is none. */
    FailureException noBucket() {
        return new FailureException(
                ErrorCode.DESTINATION_MISCONFIGURED,
                "there is no bucket " + bucket + " at " + store,
                "create it, or correct BACKUP_OFFSITE_S3_BUCKET, _ENDPOINT or _PATH_STYLE");
    }

    /** Refused without a word, while another question was answered well: nobody knows why, so it may pass. */
    static FailureException unexplained(FailureException refusal) {
        return new FailureException(ErrorCode.DESTINATION_IO, refusal.failure().reason(), null, refusal);
    }

    /** Something between here and the store answered in its place, such as a page to log in at: no answer at all. */
    FailureException notFromAStore(String what) {
        return new FailureException(
                ErrorCode.DESTINATION_UNREACHABLE,
                what + " at " + store + ": the answer is not that of an S3 store",
                "check BACKUP_OFFSITE_S3_ENDPOINT, and whether a proxy or a login page stands in between");
    }

    private Failure answered(String what, AwsServiceException answer) {
        String code = code(answer);
        int status = answer.statusCode();
        String reason = what + " at " + store + ": " + describe(answer, code, status);
        if (status == 502 || status == 504 || (status == 503 && code.isEmpty())) {
            return new Failure(ErrorCode.DESTINATION_UNREACHABLE, reason, "a gateway answers, and no store behind it");
        }
        if (THROTTLED.contains(code) || status == 429 || status == 503) {
            return new Failure(ErrorCode.DESTINATION_BUSY, reason, null);
        }
        if (FULL.contains(code) || code.endsWith("QuotaExceeded") || status == 507) {
            return new Failure(ErrorCode.DESTINATION_FULL, reason, "make room in the bucket or raise its quota");
        }
        if (SPOILED_ON_THE_WAY.contains(code)) {
            return new Failure(ErrorCode.DESTINATION_IO, reason, null);
        }
        if (EXPIRED.contains(code)) {
            return keysRefresh
                    ? new Failure(ErrorCode.DESTINATION_UNREACHABLE, reason, "the credentials are fetched anew")
                    : new Failure(ErrorCode.DESTINATION_DENIED, reason, "the session token has run out: set a new one");
        }
        return refused(code, status, reason);
    }

    private Failure refused(String code, int status, String reason) {
        if (code.equals("RequestTimeTooSkewed")) {
            return new Failure(
                    ErrorCode.DESTINATION_MISCONFIGURED,
                    reason,
                    "the clock of this host is wrong: set it (RequestTimeTooSkewed)");
        }
        if (WRONG_REGION.contains(code) || status == 301 || status == 307) {
            return new Failure(
                    ErrorCode.DESTINATION_MISCONFIGURED,
                    reason,
                    "check BACKUP_OFFSITE_S3_REGION and BACKUP_OFFSITE_S3_ENDPOINT");
        }
        if (code.equals("NoSuchBucket")) {
            return noBucket().failure();
        }
        if (WRONG_KEY.contains(code) || status == 401) {
            return new Failure(
                    ErrorCode.DESTINATION_DENIED, reason, "check BACKUP_OFFSITE_S3_KEY and BACKUP_OFFSITE_S3_SECRET");
        }
        if (code.equals("InvalidObjectState")) {
            return new Failure(
                    ErrorCode.COPY_ARCHIVED,
                    reason,
                    "the copy is in an archive tier: restore it from there at the store first");
        }
        if (status == 403) {
            return new Failure(
                    ErrorCode.DESTINATION_DENIED,
                    reason,
                    "the key needs s3:PutObject, s3:GetObject, s3:DeleteObject, s3:ListBucket, s3:AbortMultipartUpload"
                            + " and s3:ListMultipartUploadParts on the bucket" + lockRights);
        }
        // a store that began to answer with 200 can say only in the body that it failed after all
        boolean late = code.equals("InternalError") || status < 300;
        if (late || status == 408 || status == 409 || (status >= 500 && status != 501)) {
            return new Failure(ErrorCode.DESTINATION_IO, reason, null);
        }
        return new Failure(ErrorCode.DESTINATION_MISCONFIGURED, reason, hint);
    }

    private Failure unanswered(String what, Throwable cause) {
        String reason = what + " at " + store + ": " + deepestMessage(cause);
        if (find(cause, NoSuchFileException.class) != null) {
            return new Failure(ErrorCode.PAYLOAD_GONE, reason, null);
        }
        if (find(cause, CertificateException.class) != null) {
            return new Failure(
                    ErrorCode.DESTINATION_MISCONFIGURED,
                    reason,
                    "name the store's own CA in BACKUP_OFFSITE_S3_CA_FILE");
        }
        if (find(cause, UnknownHostException.class) != null) {
            return new Failure(
                    ErrorCode.DESTINATION_UNREACHABLE, reason, "does the name in BACKUP_OFFSITE_S3_ENDPOINT resolve?");
        }
        // a TimeoutException is the pool's, which got no connection that lives
        if (find(cause, ConnectException.class) != null || find(cause, TimeoutException.class) != null) {
            return new Failure(
                    ErrorCode.DESTINATION_UNREACHABLE,
                    reason,
                    "does the store run, and are host and port right in BACKUP_OFFSITE_S3_ENDPOINT and _PROXY?");
        }
        if (String.valueOf(cause.getMessage()).startsWith("Unable to load credentials")) {
            return new Failure(
                    ErrorCode.DESTINATION_MISCONFIGURED,
                    what + " at " + store + ": no credentials found",
                    "set BACKUP_OFFSITE_S3_KEY and BACKUP_OFFSITE_S3_SECRET, or what the AWS SDK's default chain reads");
        }
        boolean ofTheStore = cause instanceof SdkException
                || cause instanceof IOException
                || find(cause, SSLException.class) != null;
        return new Failure(ofTheStore ? ErrorCode.DESTINATION_UNREACHABLE : ErrorCode.UNEXPECTED, reason, null);
    }

    private static String describe(AwsServiceException answer, String code, int status) {
        String message = shortened(message(answer));
        return "HTTP " + status + (code.isEmpty() ? "" : " " + code) + (message.isEmpty() ? "" : ", " + message);
    }

    private static String message(AwsServiceException answer) {
        var details = answer.awsErrorDetails();
        return details == null || details.errorMessage() == null ? "" : details.errorMessage();
    }

    private static String code(AwsServiceException answer) {
        var details = answer.awsErrorDetails();
        return details == null || details.errorCode() == null ? "" : details.errorCode();
    }

    private static String deepestMessage(Throwable thrown) {
        String message = thrown.getClass().getSimpleName();
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t.getMessage() != null) {
                message = t.getMessage();
            }
        }
        return shortened(message);
    }

    /** A page of HTML is no reason, and a URL may be a signed one. */
    private static String shortened(String message) {
        String plain = message.replaceAll("([?&])X-Amz-[^\\s\"']*", "$1…").strip();
        return plain.length() <= 300 ? plain : plain.substring(0, 300) + "…";
    }

    private static <T extends Throwable> @Nullable T find(Throwable thrown, Class<T> type) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return type.cast(t);
            }
        }
        return null;
    }
}
