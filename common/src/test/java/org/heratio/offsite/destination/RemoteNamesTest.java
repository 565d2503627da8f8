package org.heratio.offsite.destination;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;
import org.junit.jupiter.api.Test;

class RemoteNamesTest {

    private static final long MTIME_NANOS = 1_704_164_645_000_000_000L; // 2024-01-02T03:04:05Z
    private static final Capabilities CAPABILITIES = new Capabilities(100, true);

    @Test
    void isTheRemoteNameOfTheVersion() {
        assertThat(of("sub/a.sql.gz", false)).isEqualTo("sub/a.sql.gz");
        assertThat(of("sub/a.sql.gz", true)).isEqualTo("sub/a.sql.gz.gpg");
    }

    @Test
    void shortensOnlyWhatIsTooLong() {
        String fits = "x".repeat(92) + ".gz";
        assertThat(of(fits + "x", true)).isEqualTo(fits + "x.gpg");
        assertThat(of("yy" + fits, true)).hasSize(100).matches("yyx+~[0-9a-f]{16}\\.gz\\.gpg");
    }

    @Test
    void keepsTheEndingOfAShortenedName() {
        assertThat(of("x".repeat(200) + ".sql.gz", true)).hasSize(100).endsWith(".sql.gz.gpg");
        assertThat(of("x".repeat(200) + ".tar.gz", false)).hasSize(100).endsWith(".tar.gz");
        assertThat(of("x".repeat(200), false)).hasSize(100).matches("x+~[0-9a-f]{16}");
    }

    @Test
    void shortensEachComponentByItself() {
        String name = of("d".repeat(150) + "/" + "x".repeat(150) + ".zip", false);
        assertThat(name.split("/")).hasSize(2).allMatch(component -> component.length() == 100);
    }

    @Test
    void cutsBetweenCodePoints() {
        for (int i = 0; i < 8; i++) {
            String name = of("a".repeat(i) + "\uD83D\uDCBE".repeat(50) + ".gz", true);
            byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
            assertThat(utf8.length).isBetween(97, 100);
            assertThat(new String(utf8, StandardCharsets.UTF_8)).isEqualTo(name);
        }
    }

    @Test
    void keepsLongNamesApart() {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            names.add(of("x".repeat(200) + i + "x".repeat(50) + ".gz", true));
        }
        assertThat(names).hasSize(100);
        assertThat(of("x".repeat(200), true)).isEqualTo(of("x".repeat(200), true));
    }

    @Test
    void hasVariantsWithTheTimeOfTheArchive() {
        assertThat(variant("sub.d/a.sql.gz", true, 1)).isEqualTo("sub.d/a.20240102T030405Z.sql.gz.gpg");
        assertThat(variant("sub.d/a.sql.gz", false, 2)).isEqualTo("sub.d/a.20240102T030405Z-2.sql.gz");
        assertThat(variant("sub.d/mysql-bin", false, 1)).isEqualTo("sub.d/mysql-bin.20240102T030405Z");
        assertThat(variant("a.20240102T030405Z.gz", false, 1)).isEqualTo("a.20240102T030405Z-2.gz");
        assertThat(variant(".gz", false, 1)).isEqualTo(".gz.20240102T030405Z");
        assertThat(variant("x".repeat(200) + ".gz", true, 1)).isNotEqualTo(variant("x".repeat(200) + ".gz", true, 2));
    }

    private static String of(String remoteName, boolean encrypted) {
        return RemoteNames.of(version(remoteName), payload(encrypted), CAPABILITIES);
    }

    private static String variant(String remoteName, boolean encrypted, int number) {
        return RemoteNames.variant(version(remoteName), payload(encrypted), CAPABILITIES, number);
    }

    private static Version version(String remoteName) {
        return new Version(
                1,
                "/b/x",
                "x",
                1,
                MTIME_NANOS,
                0,
                VersionState.SEALED,
                null,
                0,
                remoteName,
                false,
                false,
                0,
                0,
                null,
                null);
    }

    private static Payload payload(boolean encrypted) {
        return new Payload(1, 1, "x.pgp", "0".repeat(64), 1, encrypted);
    }
}
