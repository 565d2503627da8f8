package org.heratio.offsite.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class S2kCountTest {
    /** Of a message: tag, length, version, cipher, S2K type, hash and a salt of eight bytes come before it. */
    private static final int COUNT_AT = 14;

    private final Logger log = (Logger) LoggerFactory.getLogger(S2kCount.class);
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @BeforeEach
    void listen() {
        logged.start();
        log.addAppender(logged);
    }

    @AfterEach
    void listenNoMore() {
        log.detachAppender(logged);
    }

    @Test
    void aCipherThatNobodyToldAnythingStretchesAsFarAsTheFormatGoes() throws IOException {
        assertThat(System.getProperty(S2kCount.TEST_PROPERTY)).isNull();
        assertThat(countOf(new BcpgPayloadCipher())).isEqualTo(0xff);
        assertThat(KeyId.iterations(S2kCount.ofThisProcess())).isEqualTo(600_000);
        assertThat(logged.list).isEmpty();
    }

    @Test
    void aKeyIdCostsMoreThanACopy() {
        for (int octet = 0; octet <= 0xff; octet++) {
            S2kCount count = new S2kCount(octet);
            assertThat(2 * 64 * KeyId.iterations(count)).as("count %d", octet).isGreaterThan(count.bytes());
        }
        assertThat(new S2kCount(0).bytes()).isEqualTo(1024);
        assertThat(S2kCount.FULL.bytes()).isEqualTo(65_011_712);
    }

    @Test
    void aTestMayChooseLess() throws IOException {
        assertThat(countOf(new BcpgPayloadCipher(CipherMode.CFB, 0))).isZero();
        assertThat(countOf(new BcpgPayloadCipher(CipherMode.CFB, 0x60))).isEqualTo(0x60);
    }

    @Test
    void theLogWarnsOfAJvmThatStretchesLess() {
        assertThat(S2kCount.of("0").bytes()).isEqualTo(1024);
        assertThat(logged.list).singleElement().satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.WARN);
            assertThat(event.getFormattedMessage()).contains("-Doffsite.test.s2k-count=0");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "256", "many"})
    void refusesWhatIsNoOctet(String asked) {
        assertThatThrownBy(() -> S2kCount.of(asked)).isInstanceOf(IllegalArgumentException.class);
    }

    private static int countOf(PayloadCipher cipher) throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        try (OutputStream out = cipher.encrypt(message, "secret".toCharArray())) {
            out.write(1);
        }
        return message.toByteArray()[COUNT_AT] & 0xff;
    }
}
