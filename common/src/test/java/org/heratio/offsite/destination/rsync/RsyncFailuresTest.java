package org.heratio.offsite.destination.rsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.heratio.offsite.destination.SshAccount;
import org.heratio.offsite.destination.rsync.RsyncException.Meaning;
import org.heratio.offsite.failure.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the driver goes on from, as the programs say it; names of archives say nothing. */
class RsyncFailuresTest {
    private final RsyncFailures failures = new RsyncFailures(
            new RsyncConfig(
                    new SshAccount("host", null, 22, "/copies"),
                    null,
                    List.of(),
                    Path.of("known_hosts"),
                    Path.of("work"),
                    Duration.ofSeconds(1)),
            new SharedConnection(Path.of("/nowhere")));

    @Test
    void knowsAnAccountForRsyncAloneAndItsLock() {
        assertThat(meaning(1, "rrsync: SSH_ORIGINAL_COMMAND='sh' does not run rsync"))
                .isEqualTo(Meaning.RSYNC_ALONE);
        assertThat(meaning(1, "Another instance of rrsync is already accessing this directory."))
                .isEqualTo(Meaning.LOCKED);
    }

    @Test
    void knowsADirectoryThatIsNotThere() {
        assertThat(meaning(23, "rsync: [sender] change_dir \"/copies\" failed: No such file or directory (2)"))
                .isEqualTo(Meaning.NOT_THERE);
        assertThat(meaning(255, "Warning: Identity file /k not accessible: No such file or directory."))
                .as("the key is not there, and nobody knows of the directory")
                .isEqualTo(Meaning.OTHER);
    }

    @Test
    void knowsAnRsyncThatCannotSync() {
        assertThat(meaning(1, "rsync: --fsync: unknown option")).isEqualTo(Meaning.NO_FSYNC);
        assertThat(meaning(1, "rrsync error: invalid option: '--fsync'")).isEqualTo(Meaning.NO_FSYNC);
        RsyncException full = failures.of("sending fsync.gz", 11, "write failed on \"/c/fsync--fsync.gz\": I/O error");
        assertThat(full.means(Meaning.OTHER)).isTrue();
        assertThat(full.failure().code()).isEqualTo(ErrorCode.DESTINATION_IO);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "no space left on device.gz | cat: '/copies/no space left on device.gz': Input/output error | DESTINATION_IO",
                "no space left on device.gz | cat: /copies/no space left on device.gz: Input/output error | DESTINATION_IO",
                "no space left on device.gz | rsync: read errors mapping \"no space left on device.gz\": Input/output error (5) | DESTINATION_IO",
                "permission denied (publickey.gz | tail: '/copies/permission denied (publickey.gz': No space left on device | DESTINATION_FULL",
                "no such file or directory.gz | rsync: [sender] link_stat \"/copies/no such file or directory.gz\" failed: Permission denied (13) | DESTINATION_DENIED",
                "denied | cat: /copies/denied: Permission denied | DESTINATION_DENIED",
                "a.gz | can't create '/copies/a.gz': Permission denied | DESTINATION_DENIED"
            })
    void aNameIsNoMessage(String name, String errors, ErrorCode code) {
        for (String what : List.of("reading /copies/" + name, "sending " + name)) {
            RsyncException failure = failures.of(what, 23, errors);
            assertThat(failure.failure().code()).isEqualTo(code);
            assertThat(failure.means(Meaning.OTHER)).isTrue();
            assertThat(failure.failure().reason()).as("people see the name").contains(name);
        }
    }

    @Test
    void aNameThatSaysThatNothingIsThereIsNoAbsence() {
        assertThat(RsyncFailures.isAbsence("ls: cannot access '/copies/a.gz': No such file or directory"))
                .isTrue();
        assertThat(RsyncFailures.isAbsence("ls: /copies/a.gz/b.gz: Not a directory"))
                .isTrue();
        assertThat(RsyncFailures.isAbsence("ls: cannot access '/copies/No such file.gz': Permission denied"))
                .isFalse();
        assertThat(RsyncFailures.isAbsence("ls: cannot access '/copies/x: Not a directory': Permission denied"))
                .isFalse();
        assertThat(RsyncFailures.isAbsence("")).isFalse();
    }

    /** A shell that is killed, or that can start no process, is one. */
    @ParameterizedTest
    @CsvSource({
        "137, '', OTHER",
        "254, 'sh: fork: Resource temporarily unavailable', OTHER",
        "2, 'sh: 3: Cannot fork', OTHER",
        "1, 'sh: xmalloc: cannot allocate memory', OTHER",
        "126, '', OTHER",
        "255, '', OTHER",
        "127, 'sh: not found', NO_SHELL",
        "7, 'Nein.', NO_SHELL"
    })
    void anUnexplainedEndOfAFirstScriptMayBeAnAccountWithoutAShell(int exit, String errors, Meaning meaning) {
        String what = "looking at /copies";
        RsyncException failure = NoShell.ofFirstScript(failures.of(what, exit, errors), exit, errors);

        assertThat(meaning(failure)).isEqualTo(meaning);
    }

    private Meaning meaning(int exit, String errors) {
        return meaning(failures.of("listing /copies", exit, errors));
    }

    private static Meaning meaning(RsyncException failure) {
        return Arrays.stream(Meaning.values())
                .filter(failure::means)
                .findFirst()
                .orElseThrow();
    }
}
