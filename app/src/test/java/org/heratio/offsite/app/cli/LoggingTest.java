package org.heratio.offsite.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Set;
import org.heratio.offsite.config.Settings;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What log lines look like. */
class LoggingTest {
    private static final String NAME = "/backups/\u00fc\u001b[2J\n2026-01-01 forged.gz";

    private final LoggerContext context = new LoggerContext();

    @Test
    void namesCannotWriteElsewhereOnATerminal() {
        List<String> lines = lines(Settings.LogFormat.PLAIN);
        assertThat(lines.get(0))
                .endsWith("INFO  LoggingTest: shipped archive=\"/backups/\u00fc\\u001b[2J\\n2026-01-01 forged.gz\"");
        assertThat(lines.get(1)).isEqualTo("java.nio.file.NoSuchFileException: /backups/\u00fc\\u001b[2J");
        assertThat(lines.subList(2, lines.size())).isNotEmpty().allMatch(line -> line.startsWith("\t"));
    }

    @Test
    void jsonHasThemAsTheyAre() {
        assertThat(lines(Settings.LogFormat.JSON))
                .singleElement()
                .asString()
                .contains("\u00fc\\u001B[2J\\n2026-01-01 forged.gz");
    }

    /** A command that has no settings, and uses a library that logs. */
    @Command(name = "probe")
    private static final class Probe implements Runnable {
        private static final org.slf4j.Logger SSHD =
                LoggerFactory.getLogger("org.apache.sshd.client.ClientFactoryManager");
        private boolean tells;

        @Override
        public void run() {
            tells = SSHD.isDebugEnabled()
                    || LoggerFactory.getLogger("of.any.library").isInfoEnabled();
        }
    }

    @Test
    void aCommandWithoutSettingsLogsNothingOfLibraries() {
        // as logback starts
        ((LoggerContext) LoggerFactory.getILoggerFactory()).reset();
        Probe probe = new Probe();
        CommandLine line = CommandLineFactory.create(Set.of());
        line.addSubcommand(probe);

        assertThat(line.execute("probe")).isZero();

        assertThat(probe.tells).isFalse();
    }

    @Test
    void theLibraryForSftpLogsNothingAlsoWhenOursIsVerbose() {
        Logging.configure(Settings.LogFormat.PLAIN, Logging.Level.VERBOSE);
        try {
            assertThat(LoggerFactory.getLogger(LoggingTest.class).isDebugEnabled())
                    .isTrue();
            assertThat(Probe.SSHD.isErrorEnabled())
                    .as("it logs hashes of passwords")
                    .isFalse();
        } finally {
            Logging.configure(Settings.LogFormat.PLAIN, Logging.Level.QUIET);
        }
    }

    private List<String> lines(Settings.LogFormat format) {
        LoggingEvent event = new LoggingEvent(
                "", context.getLogger(LoggingTest.class), Level.INFO, "shipped", new NoSuchFileException(NAME), null);
        event.addKeyValuePair(new KeyValuePair("archive", NAME));
        byte[] encoded = Logging.encoder(format, context).encode(event);
        return new String(encoded, StandardCharsets.UTF_8).lines().toList();
    }
}
