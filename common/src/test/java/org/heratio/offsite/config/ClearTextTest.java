package org.heratio.offsite.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over the network unencrypted is warned of; what stays on this host, or says nothing of TLS, is not. */
class ClearTextTest {

    @ParameterizedTest
    @CsvSource({
        "http://store.example.org, true",
        "HTTP://store:9000, true",
        "amqp://u:p@rabbit/vhost, true",
        "http://10.0.0.7, true",
        "http://[2001:db8::1]:9000, true",
        "http://127.example.org, true",
        "http://localhost.example.org, true",
        "https://store.example.org, false",
        "amqps://rabbit, false",
        "http://localhost:9000, false",
        "http://LOCALHOST, false",
        "http://minio.localhost, false",
        "amqp://127.0.0.1:5672, false",
        "http://127.9.8.7, false",
        "http://[::1]:9000, false",
        "http://[0:0:0:0:0:0:0:1], false",
        "amqp:///vhost, false"
    })
    void aUrlLeavesThisHost(String url, boolean leaves) {
        assertThat(ClearText.leavesThisHost(URI.create(url))).isEqualTo(leaves);
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:mariadb://db/h?sslMode=disable, true",
        "jdbc:mariadb://db:3306/h?user=u&useSsl=false&x=y, true",
        "'jdbc:mariadb://127.0.0.1,db/h?sslMode=disable', true",
        "jdbc:mariadb://address=(host=db)(port=3306)/h?sslMode=disable, true",
        "jdbc:postgresql://db/h?sslmode=disable, true",
        "jdbc:postgresql://[2001:db8::1]:5432/h?sslmode=allow, true",
        "jdbc:h2:tcp://db:9092/offsite, true",
        "jdbc:mariadb://db/h, false",
        "jdbc:mariadb://db/h?sslMode=trust, false",
        "jdbc:mariadb://127.0.0.1:3306/h?sslMode=disable, false",
        "jdbc:mariadb://address=(host=localhost)(port=3306)/h?sslMode=disable, false",
        "jdbc:postgresql://db/h, false",
        "jdbc:postgresql://db/h?sslmode=verify-full, false",
        "jdbc:postgresql://localhost/h?sslmode=disable, false",
        "jdbc:h2:ssl://db/offsite, false",
        "jdbc:h2:tcp://localhost/offsite, false",
        "jdbc:h2:file:/state/offsite, false"
    })
    void aDatabaseSwitchesTlsOff(String url, boolean clear) {
        assertThat(JdbcUrl.isClearText(url)).isEqualTo(clear);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BACKUP_OFFSITE_AMQP_URI amqp://u:geheim@rabbit",
                "BACKUP_OFFSITE_S3_ENDPOINT http://store",
                "BACKUP_OFFSITE_S3_PROXY http://u:geheim@proxy:3128",
                "BACKUP_OFFSITE_LEDGER_URL jdbc:mariadb://db/h?sslMode=disable&password=geheim"
            })
    void theSettingsWarnOfIt(String line) throws ConfigException {
        String[] setting = line.split(" ", -1);
        Settings settings = SettingsFixture.load(
                "BACKUP_OFFSITE_DRIVER", "s3", "BACKUP_OFFSITE_S3_BUCKET", "vault", setting[0], setting[1]);
        assertThat(settings.warnings()).isEmpty();
        assertThat(settings.advice())
                .singleElement()
                .asString()
                .startsWith(setting[0])
                .contains("(hint: ")
                .doesNotContain("geheim");
    }
}
