package org.heratio.offsite.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NotifySettingsTest {
    private static final String URL = "BACKUP_OFFSITE_NOTIFY_WEBHOOK_URL";
    private static final String SECRET = "BACKUP_OFFSITE_NOTIFY_WEBHOOK_SECRET";
    private static final String PING = "BACKUP_OFFSITE_NOTIFY_PING_URL";
    private static final String KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

    private static Settings.Notifications load(String... namesAndTexts) throws ConfigException {
        return SettingsFixture.load(namesAndTexts).notifications();
    }

    @Test
    void nobodyIsToldUnlessSomebodyAsks() throws ConfigException {
        assertThat(load()).isEqualTo(new Settings.Notifications(null, null, null, Duration.ofHours(12), "0 7 * * *"));
        assertThat(load().enabled()).isFalse();
    }

    @Test
    void everySettingArrives() throws ConfigException {
        Settings.Notifications told = load(
                URL,
                "https://hooks.example.org/T0ken/x?token=y",
                SECRET,
                KEY + " " + OTHER,
                "BACKUP_OFFSITE_NOTIFY_CA_FILE",
                "/ca.pem",
                "BACKUP_OFFSITE_NOTIFY_REPEAT",
                "off",
                "BACKUP_OFFSITE_NOTIFY_SUMMARY_CRON",
                "off",
                PING,
                "https://hc.example.org/0b1c",
                "BACKUP_OFFSITE_NOTIFY_PING_INTERVAL",
                "1m");

        assertThat(told.webhook().url().reveal()).isEqualTo("https://hooks.example.org/T0ken/x?token=y");
        assertThat(told.webhook().keys()).hasSize(2);
        assertThat(told.webhook().keys().get(0).bytes()).hasSize(24);
        assertThat(told.caFile()).isEqualTo(Path.of("/ca.pem"));
        assertThat(told.repeat()).isNull();
        assertThat(told.summary()).isNull();
        assertThat(told.ping())
                .isEqualTo(new Settings.Notifications.Ping(
                        new Secret("https://hc.example.org/0b1c"), Duration.ofMinutes(1)));
        assertThat(told.enabled()).isTrue();
    }

    @Test
    void neitherTheUrlsNorTheKeyAreShown() throws ConfigException {
        Settings settings = SettingsFixture.load(
                URL, "https://hooks.example.org/T0ken/x", SECRET, KEY, PING, "https://hc.example.org/0b1c");

        assertThat(settings.toString()).doesNotContain("T0ken", "0b1c", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        assertThat(settings.effective().entries().toString()).doesNotContain("T0ken", "0b1c", "MfKQ9r8");
    }

    @Test
    void aWebhookNeedsItsKeyAndAKeyItsWebhook() {
        assertThat(SettingsFixture.problems(URL, "https://hooks.example.org/"))
                .singleElement()
                .asString()
                .contains(SECRET);
        assertThat(SettingsFixture.problems(SECRET, KEY))
                .singleElement()
                .asString()
                .contains(URL);
    }

    @ParameterizedTest
    @CsvSource({
        URL + ",https://u:p4ssw0rd@hooks.example.org/,user",
        URL + ",ftp://hooks.example.org/p4ssw0rd,https://",
        PING + ",p4ssw0rd,not a URL",
        SECRET + ",p4ssw0rd,whsec_",
        SECRET + ",whsec_p4ssw0rd,whsec_",
        SECRET + ",whsec_!p4ssw0rd,whsec_"
    })
    void whatIsWrongIsSaidWithoutTheSecret(String name, String text, String word) {
        List<String> problems = SettingsFixture.problems(URL, "https://a.example", SECRET, KEY, name, text);

        assertThat(problems)
                .isNotEmpty()
                .allSatisfy(problem -> assertThat(problem).doesNotContain("p4ssw0rd"));
        assertThat(problems).anyMatch(problem -> problem.contains(name) && problem.contains(word));
    }

    @Test
    void aReceiverElsewhereIsBetterReachedByTls() throws ConfigException {
        assertThat(SettingsFixture.load(PING, "http://hc.example.org/0b1c").advice())
                .anyMatch(advice -> advice.contains(PING) && !advice.contains("0b1c"));
        assertThat(SettingsFixture.load(PING, "http://127.0.0.1/0b1c").advice()).noneMatch(a -> a.contains(PING));
    }
}
