package org.heratio.offsite.destination.s3;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.TrustManager;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.PemFile;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.ProxyConfiguration;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** Builds the SDK's client the way that stores of any kind can stand. */
final class S3Clients {
    /** Quick attempts of the SDK itself; the long waits are the caller's ladder. */
    private static final int ATTEMPTS = 3;

    private S3Clients() {}

    static S3AsyncClient build(S3Config config) throws FailureException {
        var place = config.place();
        var builder = S3AsyncClient.builder()
                .region(Region.of(place.region()))
                .forcePathStyle(place.pathStyle())
                .credentialsProvider(credentials(config.access().credentials()))
                .httpClient(http(config))
                // The SDK's own checksums travel behind the body in aws-chunked framing, which older stores refuse or
                // store
                // as data; ours stand in headers.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(o -> o.addExecutionInterceptor(new CappedAnswers())
                        .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(ATTEMPTS)
                                .build()));
        URI endpoint = place.endpoint();
        if (endpoint != null) {
            builder.endpointOverride(endpoint);
        }
        return builder.build();
    }

    private static AwsCredentialsProvider credentials(S3Config.@Nullable Credentials given) {
        if (given == null) {
            return DefaultCredentialsProvider.builder().build();
        }
        String token = given.sessionToken();
        return StaticCredentialsProvider.create(
                token == null
                        ? AwsBasicCredentials.create(given.keyId(), given.secret())
                        : AwsSessionCredentials.create(given.keyId(), given.secret(), token));
    }

    private static SdkAsyncHttpClient http(S3Config config) throws FailureException {
        var idle = config.timeouts().idle();
        var builder = NettyNioAsyncHttpClient.builder()
                .connectionTimeout(config.timeouts().connect())
                .tlsNegotiationTimeout(config.timeouts().connect())
                .readTimeout(idle)
                .writeTimeout(idle)
                .connectionAcquisitionTimeout(idle)
                .tcpKeepAlive(true)
                // parts, and beside them what reads, lists and looks
                .maxConcurrency(config.limits().parallelParts() + 32)
                // One loop: with two, the SDK (2.57.8, on Netty 4.1 and 4.2) loses about one refused connection in
                // thirty between them and tells of it only when the acquisition times out.
                .eventLoopGroupBuilder(SdkEventLoopGroup.builder().numberOfThreads(1));
        URI proxy = config.access().proxy();
        if (proxy != null) {
            builder.proxyConfiguration(proxy(proxy));
        }
        Path caFile = config.access().caFile();
        if (caFile != null) {
            TrustManager[] trust = trust(caFile);
            builder.tlsTrustManagersProvider(() -> trust);
        }
        return builder.build();
    }

    private static ProxyConfiguration proxy(URI proxy) {
        var builder = ProxyConfiguration.builder()
                .scheme(proxy.getScheme())
                .host(proxy.getHost())
                .port(port(proxy));
        String user = proxy.getUserInfo();
        if (user != null) {
            int colon = user.indexOf(':');
            builder.username(colon < 0 ? user : user.substring(0, colon));
            builder.password(colon < 0 ? "" : user.substring(colon + 1));
        }
        return builder.build();
    }

    /** Returns the port, or the default of the scheme; -1 would make each connection wait for ever. */
    static int port(URI proxy) {
        boolean written = proxy.getPort() >= 0;
        return written ? proxy.getPort() : "https".equalsIgnoreCase(proxy.getScheme()) ? 443 : 80;
    }

    /** Trusts the certificates of the CA file instead of the system's. */
    private static TrustManager[] trust(Path file) throws FailureException {
        try {
            return PemFile.trusting(file).getTrustManagers();
        } catch (IOException | GeneralSecurityException e) {
            throw new FailureException(
                    ErrorCode.DESTINATION_MISCONFIGURED,
                    "the CA file " + file + " can't be used: " + e.getMessage(),
                    "BACKUP_OFFSITE_S3_CA_FILE must name a readable PEM file with at least one certificate",
                    e);
        }
    }
}
