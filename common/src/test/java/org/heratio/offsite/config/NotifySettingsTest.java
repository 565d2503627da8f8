package org.heratio.offsite.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
        assertThat(load())
                .isEqualTo(new Settings.Notifications(null, null, null, null, Duration.ofHours(12), "0 7 * * *"));
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

    private static String[] mail(String... more) {
        List<String> all = new ArrayList<>(List.of(
                "BACKUP_OFFSITE_NOTIFY_MAIL_HOST", "mail.example.org",
                "BACKUP_OFFSITE_NOTIFY_MAIL_FROM", "offsite@example.org",
                "BACKUP_OFFSITE_NOTIFY_MAIL_TO", "ops@example.org, boss@example.org"));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @Test
    void mailGoesByStarttlsUnlessToldOtherwise() throws ConfigException {
        Settings.Notifications told = load(mail());

        assertThat(told.mail())
                .isEqualTo(new MailSettings(
                        "mail.example.org",
                        587,
                        MailSettings.Tls.STARTTLS,
                        "offsite@example.org",
                        List.of("ops@example.org", "boss@example.org"),
                        null,
                        null));
        assertThat(told.enabled()).isTrue();
        assertThat(load(mail("BACKUP_OFFSITE_NOTIFY_MAIL_TLS", "tls")).mail().port())
                .isEqualTo(465);
        assertThat(load(mail("BACKUP_OFFSITE_NOTIFY_MAIL_TLS", "tls", "BACKUP_OFFSITE_NOTIFY_MAIL_PORT", "2525"))
                        .mail()
                        .port())
                .isEqualTo(2525);
    }

    @Test
    void aLoginForMailIsASecret() throws ConfigException {
        Settings settings = SettingsFixture.load(
                mail("BACKUP_OFFSITE_NOTIFY_MAIL_USER", "sender", "BACKUP_OFFSITE_NOTIFY_MAIL_PASSWORD", "p4ssw0rd"));

        assertThat(settings.notifications().mail().user()).isEqualTo("sender");
        assertThat(settings.notifications().mail().password()).isEqualTo(new Secret("p4ssw0rd"));
        assertThat(settings.toString() + settings.effective().entries()).doesNotContain("p4ssw0rd");
        assertThat(Setting.BACKUP_OFFSITE_NOTIFY_MAIL_PASSWORD.fileName()).isPresent();
    }

    @Test
    void mailNeedsAServerASenderAndAReceiverAndALoginBothOfItsParts() {
        assertThat(SettingsFixture.problems("BACKUP_OFFSITE_NOTIFY_MAIL_TO", "ops@example.org"))
                .anyMatch(problem -> problem.contains("BACKUP_OFFSITE_NOTIFY_MAIL_HOST is not set"))
                .anyMatch(problem -> problem.contains("BACKUP_OFFSITE_NOTIFY_MAIL_FROM is not set"));
        assertThat(SettingsFixture.problems(mail("BACKUP_OFFSITE_NOTIFY_MAIL_PASSWORD", "p4ssw0rd")))
                .singleElement()
                .asString()
                .contains("BACKUP_OFFSITE_NOTIFY_MAIL_USER is not set")
                .doesNotContain("p4ssw0rd");
    }

    @ParameterizedTest
    @CsvSource({
        "BACKUP_OFFSITE_NOTIFY_MAIL_HOST,mail.example.org:587,MAIL_PORT",
        "BACKUP_OFFSITE_NOTIFY_MAIL_HOST,smtp://mail.example.org,no host",
        "BACKUP_OFFSITE_NOTIFY_MAIL_FROM,Offsite <offsite@example.org>,without a name",
        "BACKUP_OFFSITE_NOTIFY_MAIL_TO,ops,no e-mail address",
        "BACKUP_OFFSITE_NOTIFY_MAIL_TO,a@b> SIZE=1,no e-mail address",
        "BACKUP_OFFSITE_NOTIFY_MAIL_TO,.a@example.org,no e-mail address",
        "BACKUP_OFFSITE_NOTIFY_MAIL_TO,a.@example.org,no e-mail address",
        "BACKUP_OFFSITE_NOTIFY_MAIL_TO,a..b@example.org,no e-mail address",
        "BACKUP_OFFSITE_NOTIFY_MAIL_TO,a@example..org,no e-mail address",
        "BACKUP_OFFSITE_NOTIFY_MAIL_FROM,a@.example.org,no e-mail address",
        "BACKUP_OFFSITE_NOTIFY_MAIL_TLS,ssl,starttls",
        "BACKUP_OFFSITE_NOTIFY_MAIL_PORT,0,1"
    })
    void whatIsWrongWithMailIsSaid(String name, String text, String word) {
        String[] texts = mail();
        for (int i = 0; i < texts.length; i += 2) {
            texts[i + 1] = texts[i].equals(name) ? text : texts[i + 1];
        }
        List<String> all = new ArrayList<>(List.of(texts));
        if (!all.contains(name)) {
            all.addAll(List.of(name, text));
        }

        assertThat(SettingsFixture.problems(all.toArray(String[]::new)))
                .singleElement()
                .asString()
                .contains(name, word);
    }

    @Test
    void mailToAnotherHostIsBetterProtected() throws ConfigException {
        assertThat(SettingsFixture.load(mail("BACKUP_OFFSITE_NOTIFY_MAIL_TLS", "none"))
                        .advice())
                .anyMatch(advice -> advice.contains("BACKUP_OFFSITE_NOTIFY_MAIL_TLS"));
        assertThat(SettingsFixture.load(mail()).advice()).noneMatch(advice -> advice.contains("NOTIFY_MAIL"));
    }
}
