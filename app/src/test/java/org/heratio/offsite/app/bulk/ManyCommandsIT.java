package org.heratio.offsite.app.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.heratio.offsite.app.e2e.OffsiteHome;
import org.heratio.offsite.app.e2e.OffsiteProcess;
import org.heratio.offsite.app.e2e.SampleArchives;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that come and go on one embedded ledger, which the first of them serves to the others until it ends. */
final class ManyCommandsIT {
    private static final int AT_ONCE = 3;
    private static final int COMMANDS = 12;

    @Test
    void noneIsTurnedAwayWhenAnotherOneEnds(@TempDir Path dir) throws Exception {
        try (OffsiteHome home = new OffsiteHome(dir)) {
            new SampleArchives(home.backups(), 9).make("db.sql.gz", 2_000);
            // 'status' calls a ledger that was never used an alarm
            assertThat(home.runProcess(OffsiteHome.LONG, "replicate").code()).isZero();
            List<Callable<OffsiteProcess.Exit>> commands = new ArrayList<>();
            for (int i = 0; i < COMMANDS; i++) {
                String command = i % AT_ONCE == 0 ? "replicate" : i % AT_ONCE == 1 ? "history" : "status";
                commands.add(() -> home.runProcess(OffsiteHome.LONG, command));
            }
            ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
            try {
                for (Future<OffsiteProcess.Exit> command : threads.invokeAll(commands)) {
                    assertThat(command.get().code()).as("%s", command.get()).isZero();
                    assertThat(command.get().err()).doesNotContain("ERROR");
                }
            } finally {
                threads.shutdownNow();
            }
            home.proof().everythingIsOffsite();
        }
    }
}
