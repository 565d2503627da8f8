package org.heratio.offsite.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParseTest {
    @ParameterizedTest
    @CsvSource({
        "400ms,400",
        "10s,10000",
        "2m,120000",
        "24h,86400000",
        "1h30m,5400000",
        "2d,172800000",
        "0s,0",
        "1m 5s,65000"
    })
    void readsDurations(String text, long millis) throws BadValueException {
        assertThat(Parse.duration(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "s", "10 parsecs", "-1s", "1.5h", "10sx", "x10s", "99999999999s"})
    void refusesWhatIsNoDuration(String text) {
        assertThatThrownBy(() -> Parse.duration(text)).isInstanceOf(BadValueException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "0,0",
        "17,17",
        "17B,17",
        "1K,1024",
        "500M,524288000",
        "2GiB,2147483648",
        "2g,2147483648",
        "1.5G,1610612736",
        "1MB,1000000",
        "1T,1099511627776",
        "3 MiB,3145728"
    })
    void readsSizes(String text, long bytes) throws BadValueException {
        assertThat(Parse.size(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "M", "-1M", "1X", "1iB", "1Mi b", "999999999999999T", "0x10"})
    void refusesWhatIsNoSize(String text) {
        assertThatThrownBy(() -> Parse.size(text)).isInstanceOf(BadValueException.class);
    }

    @Test
    void readsBooleansAsLaravelAndPeopleWriteThem() throws BadValueException {
        for (String text : List.of("true", "(true)", "TRUE", "1", "on", "yes")) {
            assertThat(Parse.bool(text)).isTrue();
        }
        for (String text : List.of("false", "(false)", "False", "0", "off", "no")) {
            assertThat(Parse.bool(text)).isFalse();
        }
        assertThatThrownBy(() -> Parse.bool("ja")).isInstanceOf(BadValueException.class);
    }

    @Test
    void dividesArgumentsAsAShellWould() throws BadValueException {
        assertThat(Parse.arguments("--a  --b='x y' \"c \\\" d\" e\\ f ''"))
                .containsExactly("--a", "--b=x y", "c \" d", "e f", "");
        assertThat(Parse.arguments("  ")).isEmpty();
        assertThatThrownBy(() -> Parse.arguments("'open")).isInstanceOf(BadValueException.class);
    }

    @Test
    void readsUrlsAndNeverShowsThem() {
        assertThatThrownBy(() -> Parse.url("amqp:/s3cret", Set.of("amqp"))).hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> Parse.url("amqp://u:s3 cret@h", Set.of("amqp")))
                .hasMessageNotContaining("cret");
        assertThatThrownBy(() -> Parse.url("http://h", Set.of("amqp"))).hasMessageContaining("amqp://");
    }

    @Test
    void readsARateForTheWholeDay() throws BadValueException {
        assertThat(Bandwidth.parse("2M").at(LocalTime.NOON)).isEqualTo(2 << 20);
        assertThat(Bandwidth.parse("off")).isEqualTo(Bandwidth.UNLIMITED);
        assertThat(Bandwidth.UNLIMITED.at(LocalTime.NOON)).isZero();
    }

    @Test
    void readsATimetableInWhichTheLastRateCountsOverMidnight() throws BadValueException {
        Bandwidth bandwidth = Bandwidth.parse("20:00,off 08:00,2M 12:30,512K");

        assertThat(bandwidth.at(LocalTime.of(7, 59))).isZero();
        assertThat(bandwidth.at(LocalTime.of(8, 0))).isEqualTo(2 << 20);
        assertThat(bandwidth.at(LocalTime.of(12, 30))).isEqualTo(512 << 10);
        assertThat(bandwidth.at(LocalTime.of(20, 0))).isZero();
        assertThat(bandwidth.at(LocalTime.of(0, 0))).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fast", "8,2M", "08:00", "08:00,2M,3M", "08:00,2M 08:00,3M", "25:00,1M", "10"})
    void refusesWhatIsNoTimetable(String text) {
        assertThatThrownBy(() -> Bandwidth.parse(text)).isInstanceOf(BadValueException.class);
    }

    @Test
    void resolvesABudgetAgainstWhatIsFree() throws BadValueException {
        assertThat(ByteBudget.parse("80%").resolve(1000)).isEqualTo(800);
        assertThat(ByteBudget.parse("2GiB").resolve(1000)).isEqualTo(2L << 30);
        for (String text : List.of("0", "0%", "101%", "much", "%")) {
            assertThatThrownBy(() -> ByteBudget.parse(text)).isInstanceOf(BadValueException.class);
        }
    }

    @Test
    void readsConcurrencyByStageAndDestination() throws BadValueException {
        Concurrency all = Concurrency.parse("4", "encryptor=1,uploader=2,verifier=2", List.of("s3"));
        assertThat(all.of("encryptor")).isEqualTo(4);
        assertThat(all.uploader("s3")).isEqualTo(4);

        Concurrency some =
                Concurrency.parse("uploader=3, uploader:s3=8", "encryptor=1,uploader=2,verifier=2", List.of("s3"));
        assertThat(some.of("encryptor")).isEqualTo(1);
        assertThat(some.of("verifier")).isEqualTo(2);
        assertThat(some.uploader("s3")).isEqualTo(8);
        assertThat(some.uploader("rsync")).isEqualTo(3);
        for (String text : List.of("0", "257", "watcher=1", "uploader:ftp=1", "uploader=x", "many")) {
            assertThatThrownBy(() -> Concurrency.parse(text, "uploader=1", List.of("s3")))
                    .isInstanceOf(BadValueException.class);
        }
    }

    @Test
    void worksOnMoreAtOnceWithMoreProcessorsAndKeepsTenConnectionsAtMost() throws BadValueException {
        assertThat(Concurrency.defaults(1)).isEqualTo("encryptor=1,uploader=2,verifier=2");
        assertThat(Concurrency.defaults(2)).isEqualTo("encryptor=1,uploader=4,verifier=2");
        assertThat(Concurrency.defaults(8)).isEqualTo("encryptor=2,uploader=4,verifier=3");
        assertThat(Concurrency.defaults(256)).isEqualTo("encryptor=4,uploader=4,verifier=3");
        for (int processors = 1; processors <= 256; processors++) {
            Concurrency some = Concurrency.parse("encryptor=1", Concurrency.defaults(processors), List.of());
            // a verifier reads as many copies of a sweep beside the new ones
            assertThat(some.uploader("rsync") + 2 * some.of("verifier")).isLessThanOrEqualTo(10);
        }
    }

    @Test
    void findsWhatSomebodyMeant() {
        assertThat(Closest.distance("kitten", "sitting", 5)).isEqualTo(3);
        assertThat(Closest.distance("kitten", "sitting", 3)).isEqualTo(3);
        assertThat(Closest.distance("kitten", "sitting", 2)).isEqualTo(3);
        assertThat(Closest.distance("PATH", "DB_HOST", 1)).isEqualTo(2);
        assertThat(Closest.within(1, "DB_HOSP", List.of("DB_HOST", "DB_HOSE", "DB_HOSTS")))
                .contains("DB_HOSE");
        assertThat(Closest.to("BACKUP_OFFSITE_DRIVR", List.of("BACKUP_OFFSITE_DRIVER", "DB_HOST")))
                .contains("BACKUP_OFFSITE_DRIVER");
        assertThat(Closest.to("ftp", List.of("rsync", "localfs"))).isEmpty();
    }

    @Test
    void masksPasswordsInUrls() {
        assertThat(Mask.url("amqp://user:p@ss/w:ord@host:5672/vhost"))
                .isEqualTo("amqp://user:(hidden)@host:5672/vhost");
        assertThat(Mask.url("jdbc:mariadb://h/d?user=u&password=p;x&a=b"))
                .isEqualTo("jdbc:mariadb://h/d?user=u&password=(hidden)&a=b");
        assertThat(Mask.url("jdbc:h2:file:/x;USER=sa;PASSWORD=a&b;X=1"))
                .isEqualTo("jdbc:h2:file:/x;USER=sa;PASSWORD=(hidden);X=1");
        assertThat(Mask.url("jdbc:postgresql://h/d?sslpassword=p"))
                .isEqualTo("jdbc:postgresql://h/d?sslpassword=(hidden)");
        assertThat(Mask.url("mysql://admin@srv:s3c@ret@host/heratio"))
                .isEqualTo("mysql://admin@srv:(hidden)@host/heratio");
        assertThat(Mask.url("mysql://admin:s3c\nret@host/heratio")).isEqualTo("mysql://admin:(hidden)@host/heratio");
        assertThat(Mask.url("http://proxy:3128")).isEqualTo("http://proxy:3128");
    }
}
