package org.heratio.offsite.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process that waits for what a person types. */
class EndingSignalTest {
    /** Waits for a line that never comes. */
    static final class Waiting {
        private Waiting() {}

        public static void main(String[] args) throws IOException {
            StopSignal.ending(() -> System.out.println("cleared away"));
            System.out.println("waiting");
            System.in.read();
        }
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 1"})
    void theFirstSignalEndsItAndClearsAway(String signal, int code) throws Exception {
        Process process = new ProcessBuilder(
                        // a shell in the background has its commands ignore SIGINT
                        "env",
                        "--default-signal=INT",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Waiting.class.getName())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).isEqualTo("waiting");
            new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                    .start()
                    .waitFor();

            assertThat(process.waitFor(HangLimit.STEP.toMillis(), TimeUnit.MILLISECONDS))
                    .isTrue();
            assertThat(process.exitValue()).isEqualTo(code);
            assertThat(out.readLine()).isEqualTo("cleared away");
        } finally {
            process.destroyForcibly();
        }
    }
}
