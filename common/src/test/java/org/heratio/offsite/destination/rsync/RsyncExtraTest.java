package org.heratio.offsite.destination.rsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.heratio.offsite.config.BadValueException;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.testing.KnownDrivers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RsyncExtraTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--bwlimit=1M",
                "--ipv4",
                "-4",
                "--address=192.0.2.1",
                "--rsync-path='sudo rsync'",
                "--chmod=F640 --chown=backup:backup",
                "--numeric-ids --stats -v -B1000ns",
                "--no-whole-file --checksum-choice=xxh3 --sockopts=SO_SNDBUF=1",
            })
    void takesWhatDoesNoHarm(String text) throws Exception {
        assertThat(RsyncExtra.parse(text)).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-e ssh | settings of its own",
                "--rsh=ssh | settings of its own",
                "--remove-source-files | deleted",
                "--remove-sent-files | deleted",
                "--delete | deleted",
                "--delete-after | deleted",
                "--del | deleted",
                "-n | nothing would be sent",
                "-avn | nothing would be sent",
                "--dry-run | nothing would be sent",
                "--files-from=list | something else",
                "--include=*.gz | something else",
                "--exclude-from=file | something else",
                "-f -_* | something else",
                "--filter=-_* | something else",
                "--ignore-existing | something else",
                "--no-ignore-times | something else",
                "--inplace | has arrived",
                "--no-inplace | has arrived",
                "--append-verify | has arrived",
                "--partial-dir=x | has arrived",
                "-P | has arrived",
                "--temp-dir=/tmp | has arrived",
                "-T/tmp | has arrived",
                "--whole-file | has arrived",
                "-vW | has arrived",
                "--checksum-choice=none | has arrived",
                "--cc=xxh3,NONE | has arrived",
                "--timeout=0 | BACKUP_OFFSITE_RSYNC_TIMEOUT",
                "-s | a shell",
                "--protect-args | a shell",
                "--no-protect-args | a shell",
                "--no-s | a shell",
                "-b | no copies",
                "--backup-dir=x | no copies",
                "-az | compressed",
                "--compress-level=9 | compressed",
                "--daemon | no client",
                "--server | no client",
                "-q | messages",
                "-M--inplace | what the host is told",
                "/etc/passwd | one word",
                "--bwlimit 100 | one word",
                "-- | one word",
            })
    void refusesWhatBreaksAPromise(String text, String hint) {
        assertThatThrownBy(() -> RsyncExtra.parse(text))
                .isInstanceOfSatisfying(
                        BadValueException.class, e -> assertThat(e.hint()).contains(hint));
    }

    @Test
    void isRefusedAtTheStart() {
        assertThatThrownBy(() -> KnownDrivers.settings(
                                Map.of("BACKUP_OFFSITE_RSYNC_EXTRA", "--ipv4 -avn"), Path.of("/srv"))
                        .load(null))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("BACKUP_OFFSITE_RSYNC_EXTRA")
                .hasMessageContaining("\"-avn\" would break");
    }
}
