package org.heratio.offsite.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings of the operators' page. */
class DashboardSettingsTest {
    private static final String HOST = "BACKUP_OFFSITE_DASHBOARD_HOST";
    private static final String METRICS = "BACKUP_OFFSITE_METRICS_LISTEN";

    private static Settings.Dashboard load(String... namesAndTexts) throws ConfigException {
        return SettingsFixture.load(namesAndTexts).dashboard();
    }

    @Test
    void listensOnLoopbackUnlessToldOtherwise() throws ConfigException {
        assertThat(load())
                .isEqualTo(new Settings.Dashboard(
                        true,
                        "127.0.0.1",
                        8484,
                        Path.of("/home/op/.local/state/heratio-offsite/dashboard-token"),
                        null,
                        List.of(),
                        null,
                        null,
                        null));
    }

    @Test
    void mapsEveryName() throws ConfigException {
        assertThat(load(
                        "BACKUP_OFFSITE_DASHBOARD", "false",
                        "BACKUP_OFFSITE_DASHBOARD_HOST", "10.0.0.1",
                        "BACKUP_OFFSITE_DASHBOARD_PORT", "9000",
                        "BACKUP_OFFSITE_DASHBOARD_TOKEN_FILE", "/run/token",
                        "BACKUP_OFFSITE_DASHBOARD_READ_TOKEN_FILE", "/run/reader",
                        "BACKUP_OFFSITE_DASHBOARD_HOSTS", "Backups.example.org, b",
                        "BACKUP_OFFSITE_DASHBOARD_CERT_FILE", "/cert",
                        "BACKUP_OFFSITE_DASHBOARD_KEY_FILE", "/key",
                        "BACKUP_OFFSITE_DASHBOARD_PROXIES", "10.0.0.5,[FD00::1]",
                        "BACKUP_OFFSITE_DASHBOARD_USER_HEADER", "X-Forwarded-User",
                        "BACKUP_OFFSITE_DASHBOARD_ADMINS", "ann,bob",
                        "BACKUP_OFFSITE_METRICS_LISTEN", "[::1]:9464"))
                .isEqualTo(new Settings.Dashboard(
                        false,
                        "10.0.0.1",
                        9000,
                        Path.of("/run/token"),
                        Path.of("/run/reader"),
                        List.of("backups.example.org", "b"),
                        new Settings.Dashboard.Tls(Path.of("/cert"), Path.of("/key")),
                        new Settings.Dashboard.Proxy(
                                List.of("10.0.0.5", "fd00::1"), "X-Forwarded-User", List.of("ann", "bob")),
                        new Settings.Dashboard.Listen("[::1]", 9464)));
    }

    @Test
    void metricsAreGuardedLikeThePage() throws ConfigException {
        assertThat(SettingsFixture.problems(METRICS, "0.0.0.0:9464"))
                .singleElement()
                .asString()
                .contains(METRICS, "BACKUP_OFFSITE_DASHBOARD_PLAIN");
        assertThat(load(METRICS, "0.0.0.0:9464", "BACKUP_OFFSITE_DASHBOARD_PLAIN", "true")
                        .metrics())
                .isEqualTo(new Settings.Dashboard.Listen("0.0.0.0", 9464));
        assertThat(SettingsFixture.problems(METRICS, "9464"))
                .singleElement()
                .asString()
                .contains("127.0.0.1:9464");
        assertThat(SettingsFixture.problems(METRICS, "127.0.0.1:0")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0.0.0.0", "::", "192.0.2.1", "backups.example.org", "127.0.0.1.example.org", "localhost.evil"})
    void anAddressThatOthersReachNeedsTlsOrAWord(String host) throws ConfigException {
        assertThat(SettingsFixture.problems(HOST, host))
                .singleElement()
                .asString()
                .contains(HOST, "BACKUP_OFFSITE_DASHBOARD_PLAIN");
        assertThat(load(HOST, host, "BACKUP_OFFSITE_DASHBOARD_PLAIN", "true").host())
                .isEqualTo(host);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.8.4.84", "localhost", "::1", "[::1]", "0:0:0:0:0:0:0:1"})
    void loopbackNeedsNoTls(String host) throws ConfigException {
        assertThat(load(HOST, host).host()).isEqualTo(host);
    }

    @Test
    void aProxyIsBelievedOnlyWithItsAddressAndItsHeader() {
        assertThat(SettingsFixture.problems("BACKUP_OFFSITE_DASHBOARD_USER_HEADER", "X-User"))
                .singleElement()
                .asString()
                .contains("BACKUP_OFFSITE_DASHBOARD_PROXIES");
        assertThat(SettingsFixture.problems("BACKUP_OFFSITE_DASHBOARD_PROXIES", "10.0.0.5"))
                .hasSize(1);
        assertThat(SettingsFixture.problems("BACKUP_OFFSITE_DASHBOARD_ADMINS", "ann"))
                .hasSize(1);
        assertThat(SettingsFixture.problems(
                        "BACKUP_OFFSITE_DASHBOARD_PROXIES", "proxy", "BACKUP_OFFSITE_DASHBOARD_USER_HEADER", "X-User"))
                .anyMatch(problem -> problem.contains("no IP address"));
        assertThat(SettingsFixture.problems(
                        "BACKUP_OFFSITE_DASHBOARD_PROXIES",
                        "999.1.1.1",
                        "BACKUP_OFFSITE_DASHBOARD_USER_HEADER",
                        "X-User"))
                .anyMatch(problem -> problem.contains("no IP address"));
    }

    @Test
    void aCertificateNeedsItsKey() {
        assertThat(SettingsFixture.problems("BACKUP_OFFSITE_DASHBOARD_CERT_FILE", "/cert"))
                .singleElement()
                .asString()
                .contains("BACKUP_OFFSITE_DASHBOARD_KEY_FILE");
    }
}
