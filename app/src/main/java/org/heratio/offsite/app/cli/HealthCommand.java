package org.heratio.offsite.app.cli;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.app.run.Heartbeats;
import org.heratio.offsite.app.run.Heartbeats.Beat;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.text.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says whether a service lives. */
@Command(
        name = "health",
        sortOptions = false,
        header = "Says whether a service with this state directory runs here, and works.",
        description = {
            "",
            "Exits with 0 if 'offsite serve' runs on this host, or in this container, and has given a sign of life in the last"
                    + " minute; with 1 if none runs or one hangs. Waiting for a server or a destination is no fault. Opens"
                    + " neither ledger nor broker. 'offsite status' says whether archives are safe.",
            ""
        },
        footer = {"", "Example:", "  offsite health --env-file /etc/heratio-offsite/offsite.env"})
final class HealthCommand implements Callable<Integer> {
    @Mixin
    private GlobalOptions global = new GlobalOptions();

    @Override
    public Integer call() throws Exception {
        Settings settings = global.settingsOfThisHost(Logging.Level.QUIET);
        List<Beat> beats = new Heartbeats(settings.paths().state()).look(Instant.now());
        List<Beat> hanging = beats.stream().filter(Beat::hangs).toList();
        List<Beat> alive = beats.stream().filter(Beat::runs).filter(Beat::alive).toList();
        alive.forEach(beat -> say("alive", beat));
        hanging.forEach(beat -> say("hangs", beat));
        if (alive.isEmpty() && hanging.isEmpty()) {
            GlobalOptions.out()
                    .println("no service runs here with the state directory "
                            + Printable.of(settings.paths().state().toString()));
        }
        return hanging.isEmpty() && !alive.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    private static void say(String word, Beat beat) {
        GlobalOptions.out()
                .println(word + "  process " + beat.pid() + ", last sign "
                        + Math.max(0, beat.age().toSeconds()) + " s ago");
    }
}
