package org.heratio.offsite.ledger.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemoteNamingTest {
    private static final long MTIME = 1_767_323_045_123_456_789L;

    @ParameterizedTest
    @CsvSource({
        "database_x.sql.gz,         database_x.20260102T030405Z.sql.gz",
        "uploads.TAR.GZ,            uploads.20260102T030405Z.TAR.GZ",
        "site.zip,                  site.20260102T030405Z.zip",
        "a.b.gz,                    a.b.20260102T030405Z.gz",
        "binlogs/mysql-bin.000123,  binlogs/mysql-bin.000123.20260102T030405Z",
        "dir.gz/README,             dir.gz/README.20260102T030405Z",
        ".sql.gz,                   .sql.20260102T030405Z.gz",
        ".gz,                       .gz.20260102T030405Z",
        "x.tar.zst,                 x.20260102T030405Z.tar.zst",
        "é.7z,                      é.20260102T030405Z.7z",
    })
    void aLaterVersionHasTheTimeBeforeItsEnding(String name, String stamped) {
        Iterator<String> candidates = RemoteNaming.candidates(name, MTIME);
        assertThat(candidates.next()).isEqualTo(name);
        assertThat(candidates.next()).isEqualTo(stamped);
    }

    @Test
    void thereIsAlwaysAnotherName() {
        Iterator<String> candidates = RemoteNaming.candidates("a.gz", MTIME);
        assertThat(Stream.generate(candidates::next).limit(5))
                .containsExactly(
                        "a.gz",
                        "a.20260102T030405Z.gz",
                        "a.20260102T030405.123456789Z.gz",
                        "a.20260102T030405.123456789Z-2.gz",
                        "a.20260102T030405.123456789Z-3.gz");
    }

    @Test
    void timesBeforeTheEpochAreTimesToo() {
        Iterator<String> candidates = RemoteNaming.candidates("a.gz", -1);
        candidates.next();
        assertThat(candidates.next()).isEqualTo("a.19691231T235959Z.gz");
        assertThat(candidates.next()).isEqualTo("a.19691231T235959.999999999Z.gz");
    }

    @Test
    void aLongNameIsShortenedSoThatItsVersionsFitAFileSystem() {
        String long1 = "ü".repeat(125) + "1.gz";
        String long2 = "ü".repeat(125) + "2.gz";
        String first = second(long1);
        assertThat(first.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(225);
        assertThat(first).endsWith(".20260102T030405Z.gz").isNotEqualTo(second(long2));
    }

    private static String second(String name) {
        Iterator<String> candidates = RemoteNaming.candidates(name, MTIME);
        candidates.next();
        return candidates.next();
    }
}
