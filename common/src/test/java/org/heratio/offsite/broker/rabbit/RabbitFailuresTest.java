package org.heratio.offsite.broker.rabbit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLHandshakeException;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RabbitFailuresTest {
    @ParameterizedTest
    @ValueSource(strings = {"certificate_required", "bad_certificate", "unknown_ca", "decrypt_error"})
    void whatTheServerDoesNotAcceptIsOurCertificate(String alert) {
        Failure failure = of(new SSLHandshakeException("Received fatal alert: " + alert));
        assertThat(failure.code()).isEqualTo(ErrorCode.BROKER_REFUSED);
        assertThat(failure.hint()).contains("BACKUP_OFFSITE_AMQP_CERT_FILE", "BACKUP_OFFSITE_AMQP_KEY_FILE");
    }

    @Test
    void whatWeDoNotAcceptIsTheServersCertificate() {
        SSLHandshakeException thrown = new SSLHandshakeException("PKIX path building failed");
        thrown.initCause(new CertificateException("no path"));
        assertThat(of(thrown).hint()).contains("BACKUP_OFFSITE_AMQP_CA_FILE");
    }

    @Test
    void promisesNoOtherTryThatACommandDoesNotMake() {
        Failure failure = of(new IOException("Connection refused"));
        assertThat(failure.code()).isEqualTo(ErrorCode.BROKER_UNAVAILABLE);
        assertThat(failure.hint()).doesNotContain("again");
    }

    private static Failure of(Throwable thrown) {
        return RabbitFailures.of("connecting", thrown).failure();
    }
}
