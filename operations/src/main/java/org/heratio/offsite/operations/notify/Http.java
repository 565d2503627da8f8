package org.heratio.offsite.operations.notify;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.heratio.offsite.config.Secret;
import org.jspecify.annotations.Nullable;

/** Requests of which only the status of the answer counts. Follows no redirect, reads no body, and verifies certificates and names. */
final class Http {
    static final Duration LIMIT = Duration.ofSeconds(10);
    /** For what the client's own timeouts leave out, such as a resolver of names that hangs. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    /** Bad request, too large, unsupported media type, unprocessable: they judge the message itself. */
    private static final Set<Integer> REFUSALS = Set.of(400, 413, 415, 422);

    private final @Nullable Path caFile;
    private final Duration timeout;
    private @Nullable HttpClient client;

    /** @param caFile certificates to trust instead of the system's; null for the system's */
    Http(@Nullable Path caFile) {
        this(caFile, LIMIT);
    }

    /** @param timeout how long the answer may take */
    Http(@Nullable Path caFile, Duration timeout) {
        this.caFile = caFile;
        this.timeout = timeout;
    }

    /** Returns the beginning of a request. */
    HttpRequest.Builder request(Secret url) {
        return HttpRequest.newBuilder(URI.create(url.reveal()))
                .timeout(timeout)
                .header("User-Agent", "heratio-offsite");
    }

    /** Sends a request, and returns if the answer is a success. Blocks for 5 s more than the answer may take. */
    void send(HttpRequest request) throws DeliveryException, InterruptedException {
        CompletableFuture<HttpResponse<InputStream>> answer = client().sendAsync(request, BodyHandlers.ofInputStream());
        int status;
        try {
            HttpResponse<InputStream> response = answer.get(timeout.plus(SLACK).toMillis(), TimeUnit.MILLISECONDS);
            status = response.statusCode();
            response.body().close();
        } catch (ExecutionException e) {
            throw new DeliveryException(reason(Objects.requireNonNullElse(e.getCause(), e)));
        } catch (TimeoutException e) {
            throw new DeliveryException("no answer in " + timeout.toSeconds() + " s");
        } catch (IOException e) {
            throw new DeliveryException(reason(e));
        } finally {
            answer.cancel(true);
        }
        if (status >= 300 && status < 400) {
            throw new DeliveryException("answered " + status + ", and redirects are not followed");
        }
        if (status < 200 || status >= 400) {
            throw new DeliveryException("answered " + status, REFUSALS.contains(status));
        }
    }

    /** Names the failure by its kind: the text of an exception may have the URL in it. */
    private String reason(Throwable failure) {
        if (failure instanceof HttpConnectTimeoutException || failure instanceof ConnectException) {
            return "cannot be connected to";
        }
        if (failure instanceof HttpTimeoutException) {
            return "no answer in " + timeout.toSeconds() + " s";
        }
        if (failure instanceof SSLException) {
            return "no TLS with a certificate that is trusted";
        }
        return "the connection failed: " + failure.getClass().getSimpleName();
    }

    /** A certificate file that cannot be read is told at each attempt, and may be there at the next one. */
    private synchronized HttpClient client() throws DeliveryException {
        HttpClient made = client;
        if (made == null) {
            HttpClient.Builder builder = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(timeout);
            if (caFile != null) {
                builder.sslContext(TrustedCertificates.only(caFile));
            }
            made = builder.build();
            client = made;
        }
        return made;
    }
}
