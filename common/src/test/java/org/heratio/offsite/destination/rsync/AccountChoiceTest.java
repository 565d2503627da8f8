package org.heratio.offsite.destination.rsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.heratio.offsite.destination.Failing.assertFails;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.heratio.offsite.destination.Presence;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.destination.RunningPuts;
import org.heratio.offsite.destination.SshAccount;
import org.heratio.offsite.destination.rsync.RsyncException.Meaning;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts that run scripts or rsync alone, and hosts that once fail to run a script. */
class AccountChoiceTest {
    @TempDir
    private Path temp;

    private final AtomicLong nanoTime = new AtomicLong(42);
    /** The failures of the next scripts. When none is left, the host runs them. */
    private final Deque<Meaning> scripts = new ArrayDeque<>();

    private boolean rsyncRuns = true;
    private boolean answered;
    private Account shell;
    private AccountChoice choice;

    @BeforeEach
    void connectToNothing() {
        RsyncConfig config = new RsyncConfig(
                new SshAccount("host.invalid", null, 22, "/copies"),
                null,
                List.of(),
                temp.resolve("known_hosts"),
                temp.resolve("work"),
                Duration.ofSeconds(1));
        SharedConnection shared = new SharedConnection(config.work());
        SshCommand command = new SshCommand(config, shared);
        RsyncFailures failures = new RsyncFailures(config, shared);
        Presence presence = new Presence("host", "BACKUP_OFFSITE_RSYNC_PATH", () -> false);
        shell = new ShellAccount(config, presence, command, failures, RateLimit.NONE, new RunningPuts());
        choice = new AccountChoice(
                config,
                new AccountChoice.Way(shell, this::script),
                new AccountChoice.Way(
                        new RsyncAccount(config, presence, command, failures, RateLimit.NONE), this::rsync),
                () -> answered,
                nanoTime::get);
    }

    private void script() throws RsyncException {
        Meaning failure = scripts.poll();
        if (failure != null) {
            throw new RsyncException(new Failure(ErrorCode.DESTINATION_IO, "Nein.", null), failure);
        }
        answered = true;
    }

    private void rsync() throws FailureException {
        if (!rsyncRuns) {
            throw new FailureException(ErrorCode.DESTINATION_MISCONFIGURED, "no rsync there");
        }
    }

    /** Works once, and returns how. */
    private String work() throws Exception {
        return choice.work(account -> {
            if (account == shell) {
                script();
                return "script";
            }
            rsync();
            return "rsync";
        });
    }

    @Test
    void anAccountWithAShellStaysOneWhenItsFirstScriptDoesNotRun() throws Exception {
        scripts.add(Meaning.NO_SHELL);

        assertThat(work()).isEqualTo("script");

        assertThat(choice.restricted()).isFalse();
    }

    @Test
    void anAccountThatRanAScriptHasAShellWhateverAnotherOneMeets() throws Exception {
        work();
        scripts.addAll(List.of(Meaning.NO_SHELL, Meaning.NO_SHELL));

        assertFails(ErrorCode.DESTINATION_IO, this::work);

        assertThat(choice.restricted()).isFalse();
    }

    @Test
    void anAccountWithoutAShellIsAskedAgainEachHour() throws Exception {
        scripts.addAll(List.of(Meaning.NO_SHELL, Meaning.NO_SHELL));
        assertThat(work()).isEqualTo("rsync");
        nanoTime.addAndGet(Duration.ofMinutes(59).toNanos());
        assertThat(work()).isEqualTo("rsync");
        scripts.add(Meaning.OTHER);
        nanoTime.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(work()).as("the script failed").isEqualTo("rsync");

        nanoTime.addAndGet(Duration.ofHours(1).toNanos());

        assertThat(work()).isEqualTo("script");
        assertThat(choice.restricted()).isFalse();
    }

    @Test
    void anAccountForRsyncAloneIsBelieved() throws Exception {
        scripts.add(Meaning.RSYNC_ALONE);
        assertThat(work()).isEqualTo("rsync");

        nanoTime.addAndGet(Duration.ofDays(1).toNanos());

        assertThat(work()).isEqualTo("rsync");
        assertThat(choice.restricted()).isTrue();
    }

    @Test
    void whereRsyncDoesNotRunEitherTheScriptsFailureIsTold() {
        scripts.addAll(List.of(Meaning.NO_SHELL, Meaning.NO_SHELL));
        rsyncRuns = false;

        assertFails(ErrorCode.DESTINATION_IO, this::work);

        assertThat(choice.restricted()).isFalse();
    }
}
