package org.heratio.offsite.destination.s3;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.heratio.offsite.destination.s3.ScriptedStore.Reply;
import org.heratio.offsite.finding.Finding;
import org.heratio.offsite.finding.Finding.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the doctor makes of buckets that no server for tests has. */
class S3DoctorTest {
    private static final S3Config.ObjectSettings LOCKED = new S3Config.ObjectSettings(
            "STANDARD_IA", S3Config.Encryption.AES256, null, new S3Config.Lock(S3Config.LockMode.COMPLIANCE, 30));

    @TempDir
    private Path temp;

    private final HealthyStore healthy = new HealthyStore();

    @Test
    void findsNothingWrongWithABucketThatLocks() throws Exception {
        // each put needs a digest there, and the class and encryption that the bucket's policy asks for
        Predicate<HttpExchange> wrong = exchange -> {
            Headers headers = exchange.getRequestHeaders();
            boolean object = exchange.getRequestMethod().equals("PUT");
            boolean begins = HealthyStore.query(exchange).containsKey("uploads")
                    && exchange.getRequestMethod().equals("POST");
            boolean bare = object && !headers.containsKey("Content-MD5");
            boolean plain = (begins || (object && !HealthyStore.query(exchange).containsKey("partNumber")))
                    && !(headers.containsKey("x-amz-storage-class")
                            && headers.containsKey("x-amz-server-side-encryption"));
            boolean unlocked = begins && !headers.containsKey("x-amz-object-lock-mode");
            boolean forDays = object && headers.containsKey("x-amz-object-lock-mode");
            return bare || plain || unlocked || forDays;
        };
        assertThat(examine(wrong, Reply.error(400, "InvalidRequest"), ""))
                .filteredOn(found -> found.level() == Level.FAIL)
                .isEmpty();
        assertThat(healthy.unfinished()).isZero();
    }

    @Test
    void saysWhatFollowsWhereAStoreChecksNoConditions() throws Exception {
        assertThat(conditions(exchange -> false)).isEqualTo("conditional writes work");
        Predicate<HttpExchange> completes =
                exchange -> HealthyStore.query(exchange).containsKey("uploadId")
                        && exchange.getRequestHeaders().containsKey("If-None-Match");
        assertThat(conditions(completes))
                .startsWith("conditional writes do not work for uploads in parts;")
                .endsWith("its copies get its id in their names");
        healthy.ignoringConditions();
        assertThat(conditions(exchange -> false))
                .startsWith("conditional writes do not work;")
                .endsWith("its copies get its id in their names");
        assertThat(healthy.unfinished()).isZero();
    }

    private String conditions(Predicate<HttpExchange> unknown) throws Exception {
        return examine(unknown, Reply.error(501, "NotImplemented"), "").stream()
                .map(Finding::text)
                .filter(text -> text.startsWith("conditional writes"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void tellsAllRightsThatAreMissingAtOnce() throws Exception {
        Predicate<HttpExchange> denied = exchange -> {
            Map<String, String> query = HealthyStore.query(exchange);
            return switch (exchange.getRequestMethod()) {
                // to list the bucket, and the parts of an upload, and to read
                case "GET" -> true;
                case "DELETE" -> true;
                case "HEAD" -> true;
                default -> query.containsKey("partNumber");
            };
        };
        List<Finding> found = examine(denied, Reply.error(403, "AccessDenied"), "");
        assertThat(found)
                .filteredOn(each -> each.level() == Level.FAIL)
                .extracting(Finding::hint)
                .containsExactly(
                        "allow s3:ListBucket to the key",
                        "allow s3:GetObject to the key",
                        "allow s3:ListBucket to the key",
                        "allow s3:PutObject to the key",
                        "allow s3:ListMultipartUploadParts to the key");
        assertThat(found)
                .filteredOn(each -> each.level() == Level.WARN)
                .extracting(Finding::text)
                .anyMatch(text -> text.contains("could not be deleted"))
                .anyMatch(text -> text.startsWith("uploads can't be aborted"))
                .anyMatch(text -> text.startsWith("unfinished uploads can't be listed"));
    }

    @ParameterizedTest
    @CsvSource({
        "Enabled, <Filter><Prefix>prefix/</Prefix></Filter>, true",
        "Enabled, <Filter/>, true",
        "Enabled, <Prefix>pre</Prefix>, true",
        "Enabled, <Filter><And><Prefix>prefix</Prefix></And></Filter>, true",
        "Disabled, <Filter/>, false",
        "Enabled, <Filter><Prefix>logs/</Prefix></Filter>, false",
    })
    void countsOnlyRulesThatAbortUploadsOfOurs(String status, String filter, boolean counts) throws Exception {
        String rules = "<LifecycleConfiguration><Rule><Status>" + status + "</Status>" + filter
                + "<AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload>"
                + "</Rule></LifecycleConfiguration>";
        assertThat(examine(exchange -> false, Reply.error(403, "AccessDenied"), rules))
                .filteredOn(found -> found.text().contains("lifecycle rule"))
                .extracting(Finding::isOk)
                .containsExactly(counts);
    }

    @Test
    void warnsOfAClassWhoseCopiesNobodyCanReadBack() throws Exception {
        for (String storageClass : List.of("GLACIER", "DEEP_ARCHIVE", "GLACIER_IR")) {
            S3Config.ObjectSettings objects =
                    new S3Config.ObjectSettings(storageClass, S3Config.Encryption.BUCKET_DEFAULT, null, null);
            // as AWS answers
            Predicate<HttpExchange> archived = exchange -> !storageClass.equals("GLACIER_IR")
                    && exchange.getRequestMethod().equals("GET")
                    && HealthyStore.query(exchange).isEmpty()
                    && exchange.getRequestURI().getPath().contains("prefix/");
            List<Finding> found = examine(objects, archived, Reply.error(403, "InvalidObjectState"), "");
            assertThat(found)
                    .filteredOn(each -> each.level() == Level.FAIL)
                    .as("the rights are there")
                    .isEmpty();
            assertThat(found.stream().anyMatch(each -> each.text().contains("of the storage class " + storageClass)))
                    .isEqualTo(!storageClass.equals("GLACIER_IR"));
        }
    }

    private List<Finding> examine(Predicate<HttpExchange> refused, Reply refusal, String rules) throws Exception {
        return examine(LOCKED, refused, refusal, rules);
    }

    private List<Finding> examine(
            S3Config.ObjectSettings objects, Predicate<HttpExchange> refused, Reply refusal, String rules)
            throws Exception {
        ScriptedStore.Script script = exchange -> {
            if (refused.test(exchange)) {
                return refusal;
            }
            return HealthyStore.query(exchange).containsKey("lifecycle") ? new Reply(200, rules) : healthy.to(exchange);
        };
        try (ScriptedStore store = new ScriptedStore(script)) {
            try (S3Doctor doctor = new S3Doctor(store.config(temp).with(objects), Clock.systemUTC())) {
                return doctor.examine();
            }
        }
    }
}
