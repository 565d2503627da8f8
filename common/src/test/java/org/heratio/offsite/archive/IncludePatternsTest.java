package org.heratio.offsite.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    /** Each row: who makes them, and names. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "hidden              | .a.gz .hidden/a.gz sub/.hidden/a.gz sub/.a.gz",
                "offsite             | .offsite-1.gz .offsite-restore-1.part",
                "rsync               | .a.gz.Ab3dE6 sub/.a.gz.Ab3dE6 .~tmp~/a.gz .rsync-partial/a.gz a.gz~",
                "curl, wget, aria2   | a.gz.part a.gz.PART a.gz.partial a.gz.aria2 a.gz.tmp",
                "browsers            | a.gz.crdownload a.gz.opdownload a.gz.download a.gz.unconfirmed a.gz.crswap",
                "download managers   | a.gz.!ut a.gz.!qB a.gz.!bt a.gz.bc! a.gz.jc! a.gz.td a.gz.xltd a.gz.fdmdownload",
                "fragments           | a.gz.part-Frag12 a.gz.part-3 001.part.met a.gz.incomplete a.gz.downloading",
                "lftp                | .in.a.gz. .in.a.gz a.gz.lftp-pget-status",
                "WinSCP              | a.gz.filepart",
                "AWS CLI             | x.gz.3c1FE2aB x.tar.ZST.1234567F x.gz.gpg.abcdefab",
                "gsutil              | a.gz_.gstmp",
                "rclone              | a.gz.1a2b3c4d.partial",
                "azcopy              | .azDownload-0f8fad5b-d9cb-469f-a165-70867728950e-a.gz",
                "MinIO               | a.gz.part.minio a.gz.part12.minio .minio.sys/tmp/a.gz",
                "Syncthing           | .syncthing.a.gz.tmp ~syncthing~a.gz ~syncthing~a.gz.tmp",
                "Resilio Sync        | a.gz.!sync .sync/a.gz",
                "Nextcloud           | a.gz.ocTransferId123.part .a.gz.~1a2b a.gz.~1a2B3c a.gz.ocpart",
                "NFS, FUSE           | .nfs000000000123abcd00000001 sub/.fuse_hidden0000abcd00000001",
                "editors, desktops   | .a.gz.swp a.gz.swo a.gz.swx .~lock.a.gz# .goutputstream-AB12CD ~$a.zip",
                "macOS               | a.gz.sb-5fc1d4d1-RZMxQ2 .sb-5fc1d4d1 ._a.gz",
                "zip                 | zi0aB1cD sub/ziAbCdEf a.zip.tmp",
                "mysqldump wrappers  | a.gz.tmp.12345 a.gz.tmp12345 a.gz.tmp-987654321 a.gz.temp a.gz.inprogress",
                "mariabackup, mydumper | xtrabackup_logfile.tmp t.sql.gz.partial metadata.partial a.gz.writing",
                "PostgreSQL          | 000000010000000000000002.partial 000000010000000000000002.gz.partial base.tar.tmp",
                "packages            | a.gz.dpkg-new a.gz.dpkg-tmp",
                "NAS systems         | @eaDir/a.gz sub/@eaDir/x/a.gz #recycle/a.gz @Recycle/a.gz #snapshot/daily/a.gz",
                "file systems        | $RECYCLE.BIN/a.gz lost+found/a.gz",
                "other               | a.gz.uploading"
            })
    void neverTakesWhatIsHiddenOrLooksHalfWritten(String maker, String paths) {
        IncludePatterns everything = IncludePatterns.parse("*,**/*");

        assertThat(paths.split(" ")).as(maker).noneMatch(everything::includes);
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
                "temp",
                "a.tmp.gz",
                "a.gz.sb-1",
                "zipfiles",
                "zi-2026a",
                "zi0aB1cD.gz",
                "td",
                "std",
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
