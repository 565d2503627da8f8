package org.heratio.offsite.destination.s3;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.heratio.offsite.config.DestinationReader;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.Driver;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.finding.Finding;

/** The registry entry of {@code s3}. */
public final class S3Driver implements Driver {
    static final String NAME = "s3";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Record read(DestinationReader read) {
        return S3Settings.read(read);
    }

    private static S3Settings own(Settings settings) {
        return settings.destination(S3Settings.class);
    }

    @Override
    public Destination open(Settings settings, Predicate<String> holdsCopies) throws FailureException {
        return new S3Destination(
                config(settings),
                Clock.systemUTC(),
                Driver.limit(settings, own(settings).bandwidth()));
    }

    private static S3Config config(Settings settings) {
        S3Settings s3 = own(settings);
        S3Config.Credentials credentials = s3.accessKey() == null || s3.secretKey() == null
                ? null
                : new S3Config.Credentials(
                        s3.accessKey().reveal(), s3.secretKey().reveal(), null);
        URI proxy = s3.proxy() == null ? null : URI.create(s3.proxy().reveal());
        S3Config.Encryption encryption = s3.sse() == null
                ? S3Config.Encryption.BUCKET_DEFAULT
                : s3.sse().equals("AES256") ? S3Config.Encryption.AES256 : S3Config.Encryption.KMS;
        S3Config.Lock lock = s3.lockMode() == null
                ? null
                : new S3Config.Lock(S3Config.LockMode.valueOf(s3.lockMode()), s3.lockDays());
        return S3Config.of(
                        new S3Config.Place(s3.bucket(), s3.region(), s3.endpoint(), s3.pathStyle(), s3.prefix()),
                        new S3Config.Access(credentials, s3.caFile(), proxy),
                        settings.paths().state().resolve(NAME))
                .with(new S3Config.ObjectSettings(s3.storageClass(), encryption, s3.kmsKey(), lock));
    }

    @Override
    public String place(Settings settings) {
        URI endpoint = own(settings).endpoint();
        return "the bucket " + own(settings).bucket() + " at " + (endpoint == null ? "AWS" : endpoint);
    }

    @Override
    public Optional<Path> localDirectory(Settings settings) {
        return Optional.empty();
    }

    @Override
    public List<Finding> examine(Settings settings, Clock clock) throws FailureException, InterruptedException {
        try (S3Doctor doctor = new S3Doctor(config(settings), clock)) {
            return doctor.examine();
        }
    }

    @Override
    public List<String> warnings() {
        return List.of();
    }

    @Override
    public List<String> silencedLogs() {
        // when a connection is lost under a put, the SDK ends the body from within the write that fails, and Netty 4.2
        // then
        // releases its buffer twice (aws-sdk-java-v2#6030): an IllegalReferenceCountException on a request that has
        // failed
        // already, and is tried again
        return List.of("io.netty.channel.AbstractChannelHandlerContext");
    }
}
