package org.heratio.offsite.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IncludePatternsTest {
    private final IncludePatterns defaults = IncludePatterns.parse(IncludePatterns.DEFAULT);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.gz",
                "A.GZ",
                "uploads_2026-01-01_031500.tar.gz",
                "x.Zip",
                "with space.zip",
                "quo'te\".gz",
                "new\nline.gz",
                "-rf.gz",
                "sub/dir/b.sql.gz",
                "é.gz",
                "e\u0301.gz",
                "\uD83D\uDCBE.zip",
                "a.part.gz"
            })
    void takesArchivesByTheirName(String path) {
        assertThat(defaults.includes(path)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.txt", "gz", "a.gzip", "a.gz/readme", "a.gz.sha256", ""})
    void leavesEverythingElse(String path) {
        assertThat(defaults.includes(path)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".a.gz",
                ".offsite-1.gz",
                ".hidden/a.gz",
                "sub/.hidden/a.gz",
                "sub/.a.gz",
                "a.gz.part",
                "a.gz.PART",
                "a.gz.tmp",
                "a.gz.partial",
                "a.gz.filepart",
                "a.gz.crdownload",
                "a.gz~",
                ".~lock.a.gz#",
                ".a.gz.swp",
                "a.gz.part.minio",
                "a.gz.part12.minio",
                "a.gz.!sync",
                "a.gz.!ut",
                "a.gz.!qB",
                "a.gz.incomplete",
                "a.gz.download",
                "a.gz.opdownload",
                "a.gz.unconfirmed",
                "a.gz.aria2",
                "a.gz.crswap",
                "a.gz.swo",
                "a.gz.swx",
                "a.gz.gstmp",
                "a.gz.inprogress",
                "a.gz.writing",
                "a.gz.uploading",
                "a.gz.downloading",
                "a.gz.ocpart",
                "a.gz.lftp-pget-status",
                "a.gz.~1a2B3c",
                "x.gz.3c1FE2aB",
                "x.tar.ZST.1234567F",
                "x.gz.gpg.abcdefab",
                "~syncthing~a.gz",
                "~$a.zip",
                "@eaDir/a.gz",
                "sub/@eaDir/x/a.gz",
                "#recycle/a.gz",
                "@Recycle/a.gz",
                "#snapshot/daily/a.gz",
                "$RECYCLE.BIN/a.gz",
                "lost+found/a.gz"
            })
    void neverTakesWhatIsHiddenOrLooksHalfWritten(String path) {
        IncludePatterns everything = IncludePatterns.parse("*,**/*");

        assertThat(everything.includes(path)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.part1.rar",
                "a.gz.part00",
                "a.part.gz",
                "db.gz.20261120",
                "db.gz.2026112a1",
                "db.gz.3c1FE2a",
                "db.sql.3c1fe2ab",
                "3c1fe2ab",
                "a.~x.gz",
                "recycle/a.gz",
                "lost+found.gz",
                "my#recycle/a.gz",
                "downloads/a.gz",
                "a~.gz",
                "tmp",
                "a$.gz",
                "parts.part1.zip"
            })
    void takesNamesThatOnlyResembleThose(String path) {
        IncludePatterns everything = IncludePatterns.parse("*,**/*");

        assertThat(everything.includes(path)).isTrue();
    }

    @Test
    void holdsAPatternWithASlashAgainstTheWholePath() {
        IncludePatterns patterns = IncludePatterns.parse("*.gz, binlogs/mysql-bin.*");

        assertThat(patterns.includes("binlogs/mysql-bin.000123")).isTrue();
        assertThat(patterns.includes("Binlogs/MySQL-bin.000123")).isTrue();
        assertThat(patterns.includes("mysql-bin.000123")).isFalse();
        assertThat(patterns.includes("old/binlogs/mysql-bin.000123")).isFalse();
        assertThat(patterns.includes("binlogs/deeper/mysql-bin.000123")).isFalse();
        assertThat(patterns.includes("binlogs/mysql-bin.000123.tmp")).isFalse();
        assertThat(IncludePatterns.parse("/top.gz").includes("sub/top.gz")).isFalse();
        assertThat(IncludePatterns.parse("/top.gz").includes("top.gz")).isTrue();
    }

    @Test
    void knowsTheUsualWildcards() {
        assertThat(IncludePatterns.parse("**/x.gz").includes("a/b/x.gz")).isTrue();
        assertThat(IncludePatterns.parse("**/x.gz").includes("x.gz")).isTrue();
        assertThat(IncludePatterns.parse("a/**").includes("a/b/c")).isTrue();
        assertThat(IncludePatterns.parse("*.{gz,zip},*.xz").includes("a.zip")).isTrue();
        assertThat(IncludePatterns.parse("*.{gz,zip}, *.xz,,").globs()).containsExactly("*.{gz,zip}", "*.xz");
        assertThat(IncludePatterns.parse("db?.gz").includes("db1.gz")).isTrue();
        assertThat(IncludePatterns.parse("db[0-9].gz").includes("db7.gz")).isTrue();
        assertThat(IncludePatterns.parse("db[!0-9].gz").includes("db7.gz")).isFalse();
        assertThat(IncludePatterns.parse("a+b(c).gz").includes("a+b(c).gz")).isTrue();
        assertThat(IncludePatterns.parse("a.gz").includes("axgz")).isFalse();
        assertThat(IncludePatterns.parse("\uD83D\uDCBE.gz").includes("\uD83D\uDCBE.gz"))
                .isTrue();
        assertThat(IncludePatterns.parse("\\*.gz").includes("x.gz")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a[b", "a{b", "a}b", "[z-a].gz"})
    void refusesWhatIsNoPattern(String glob) {
        assertThatThrownBy(() -> new IncludePatterns(List.of(glob)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(glob);
    }

    @Test
    void refusesToTakeNothingAtAll() {
        assertThatThrownBy(() -> IncludePatterns.parse(" , "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nothing would ever be shipped");
    }
}
