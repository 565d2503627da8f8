package org.heratio.offsite.broker.rabbit;

import io.vertx.core.Vertx;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.rabbitmq.RabbitMQOptions;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.PemFile;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards RabbitMQ. The client demands a host name algorithm and then loses it on the way to the socket, so that any certificate
 * of a trusted authority would do: the trust manager here puts it back.
 */
final class RabbitTls {
    private static final String HOST_NAMES = "HTTPS";

    private RabbitTls() {}

    static void configure(RabbitMQOptions options, RabbitSettings settings) throws FailureException {
        options.setSsl(true)
                .setHostnameVerificationAlgorithm(HOST_NAMES)
                .setTrustOptions(TrustOptions.wrap(new HostCheckingTrustManager(trustManager(settings.caFile()))));
        if (settings.certFile() != null && settings.keyFile() != null) {
            options.setKeyCertOptions(new PemKeyCertOptions()
                    .addCertPath(settings.certFile().toString())
                    .addKeyPath(settings.keyFile().toString()));
        }
    }

    static void check(Vertx vertx, RabbitSettings settings) throws FailureException {
        RabbitMQOptions options = new RabbitMQOptions();
        configure(options, settings);
        KeyCertOptions pair = options.getKeyCertOptions();
        if (pair == null) {
            return;
        }
        try {
            pair.getKeyManagerFactory(vertx);
        } catch (Exception e) {
            // declared so: whatever it is, the files are of no use
            throw new FailureException(
                    ErrorCode.BROKER_REFUSED,
                    "the certificate for RabbitMQ, " + settings.certFile() + ", or its key, " + settings.keyFile()
                            + ", cannot be read: " + e.getMessage(),
                    "name readable PEM files in BACKUP_OFFSITE_AMQP_CERT_FILE and BACKUP_OFFSITE_AMQP_KEY_FILE",
                    e);
        }
    }

    private static X509ExtendedTrustManager trustManager(@Nullable Path caFile) throws FailureException {
        try {
            TrustManagerFactory factory = caFile == null ? systems() : PemFile.trusting(caFile);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager found) {
                    return found;
                }
            }
            throw new GeneralSecurityException("this Java has no X.509 trust manager");
        } catch (GeneralSecurityException | IOException e) {
            throw new FailureException(
                    ErrorCode.BROKER_REFUSED,
                    "the certificates for RabbitMQ cannot be read" + (caFile == null ? "" : " from " + caFile) + ": "
                            + e.getMessage(),
                    "name a readable PEM file in BACKUP_OFFSITE_AMQP_CA_FILE",
                    e);
        }
    }

    private static TrustManagerFactory systems() throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        return factory;
    }

    private static final class HostCheckingTrustManager extends X509ExtendedTrustManager {
        private final X509ExtendedTrustManager real;

        HostCheckingTrustManager(X509ExtendedTrustManager real) {
            this.real = real;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            if (!(socket instanceof SSLSocket tls)) {
                throw new CertificateException("the host name cannot be checked on this socket");
            }
            tls.setSSLParameters(checking(tls.getSSLParameters()));
            real.checkServerTrusted(chain, authType, socket);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            engine.setSSLParameters(checking(engine.getSSLParameters()));
            real.checkServerTrusted(chain, authType, engine);
        }

        private static SSLParameters checking(SSLParameters parameters) {
            parameters.setEndpointIdentificationAlgorithm(HOST_NAMES);
            return parameters;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("the host name cannot be checked without a socket");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            real.checkClientTrusted(chain, authType);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            real.checkClientTrusted(chain, authType, socket);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            real.checkClientTrusted(chain, authType, engine);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return real.getAcceptedIssuers();
        }
    }
}
