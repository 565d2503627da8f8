package org.heratio.offsite.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.testing.KnownDrivers;
import org.junit.jupiter.api.Test;

class EnvironmentTest {
    @Test
    void bytesAreUtf8AndTheFirstOfANameCounts() {
        Environment environment = Environment.ofBytes(List.of(
                utf8("A=p\u00e4ss=w\u00f6rd"), utf8("A=later"), utf8("no variable"), utf8("=C:=odd"), utf8("EMPTY=")));

        assertThat(environment.values()).isEqualTo(Map.of("A", "p\u00e4ss=w\u00f6rd", "EMPTY", ""));
        assertThat(environment.unreadable()).isEmpty();
    }

    @Test
    void whatIsNotUtf8IsRefusedOnlyWhereItIsASetting() throws Exception {
        Environment odd = Environment.ofBytes(List.of(latin1("SOMETHING=\u00e4"), utf8("HOME=/home/op")));
        assertThat(new SettingsLoader(KnownDrivers.ALL, odd, WorkingDirectory.at(Path.of("/srv")))
                        .load(null)
                        .warnings())
                .isEmpty();

        Environment bad = Environment.ofBytes(
                List.of(latin1("BACKUP_ENCRYPTION_PASSPHRASE=s3cret\u00e4"), utf8("HOME=/home/op")));
        assertThatThrownBy(() ->
                        new SettingsLoader(KnownDrivers.ALL, bad, WorkingDirectory.at(Path.of("/srv"))).load(null))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("BACKUP_ENCRYPTION_PASSPHRASE (environment) is not UTF-8")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void withoutBytesAReplacedLetterIsRefusedWithAWayOut() {
        Environment environment =
                Environment.ofJvm(Map.of("BACKUP_ENCRYPTION_PASSPHRASE", "p\ufffd\ufffdss", "APP_TIMEZONE", "UTC"));

        assertThat(environment.values()).isEqualTo(Map.of("APP_TIMEZONE", "UTC"));
        assertThat(environment.unreadable().get("BACKUP_ENCRYPTION_PASSPHRASE").hint())
                .contains("BACKUP_ENCRYPTION_PASSPHRASE_FILE", "LC_ALL=C.UTF-8");
    }

    @Test
    void anEnvFileDoesNotTakeInWhatCouldNotBeRead() {
        EnvFile file =
                EnvFile.parse("A=${TYPED}\nB=x\n", ".env", Environment.ofBytes(List.of(latin1("TYPED=s3cret\u00e4"))));

        assertThat(file.values()).isEqualTo(Map.of("B", "x"));
        assertThat(file.problems())
                .hasSize(1)
                .first()
                .asString()
                .contains(".env, line 1")
                .doesNotContain("s3cret");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
