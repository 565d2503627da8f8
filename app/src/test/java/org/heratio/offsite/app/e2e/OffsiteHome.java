package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.heratio.offsite.app.run.Services;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.JournalEntry;
import org.heratio.offsite.ledger.jdbc.LedgerConfig;
import org.heratio.offsite.openpgp.Gpg;
import org.heratio.offsite.operations.history.StoryEvent;
import org.heratio.offsite.operations.status.Status;
import org.heratio.offsite.testing.DatabaseServer;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.KnownDrivers;
import org.heratio.offsite.testing.MariaDbServer;
import org.heratio.offsite.testing.PostgresServer;
import org.jspecify.annotations.Nullable;

/**
 * A made-up installation in a temporary directory: {@code backups}, {@code state}, the localfs destination {@code offsite} and a
 * passphrase file as siblings, and the processes that were started on it. {@link #close} kills what still runs.
 */
public final class OffsiteHome implements AutoCloseable {
    /** What a short command may take on a machine that is busy. */
    public static final Duration SHORT = HangLimit.STEP;
    /** What a run over the archives of a test may take. */
    public static final Duration LONG = Duration.ofMinutes(10);
    /**
     * {@code --retry-for} of a command that has to end with something open: it waits that long, and no busy machine lets as much time pass
     * between two signs of progress.
     */
    public static final String PASSING = "20s";

    // C1 alone starts quickly, and compiles only what runs often; what measures speed or ships much takes fullSpeed()
    private static final List<String> QUICK = List.of("-XX:TieredStopAtLevel=1", "-XX:CompileThresholdScaling=3");
    // stretching a passphrase takes longer than shipping a small archive
    private static final String KEY_COST = "offsite.test.s2k-count";
    private static final String QUICK_KEYS = "-D" + KEY_COST + "=0";
    private static final OtherLedger OTHER_LEDGER = new OtherLedger();

    static {
        // a key id depends on the cost: without this, ask() takes the passphrase of the processes for an unknown one
        System.setProperty(KEY_COST, "0");
    }

    private final Path root;
    private final Gpg gpg;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<OffsiteProcess> children = new CopyOnWriteArrayList<>();
    private List<String> java = List.of();
    private List<String> jvm = QUICK;
    private List<String> wrapper = List.of();

    /** @param root an empty temporary directory, which the test removes */
    public OffsiteHome(Path root) throws IOException {
        this.root = root.toRealPath();
        Files.createDirectories(backups());
        Path keys = Files.createDirectory(this.root.resolve("keys"));
        gpg = new Gpg(keys, "correct horse battery staple\n");
        Files.setPosixFilePermissions(gpg.passphraseFile(), PosixFilePermissions.fromString("rw-------"));
        set("HERATIO_BACKUPS_PATH", backups().toString());
        set("BACKUP_OFFSITE_STATE_DIR", state().toString());
        set("BACKUP_OFFSITE_DRIVER", "localfs");
        set("BACKUP_OFFSITE_LOCALFS_PATH", destination().toString());
        set("BACKUP_ENCRYPTION_PASSPHRASE_FILE", gpg.passphraseFile().toString());
        // tests run beside each other, and there is one port by default
        set("BACKUP_OFFSITE_DASHBOARD", "false");
        DatabaseServer elsewhere = OTHER_LEDGER.server();
        if (elsewhere != null) {
            onDatabase(elsewhere, elsewhere.newDatabase());
        }
    }

    /** {@code -Doffsite.ledger=mariadb} or {@code postgresql} runs all tests on such a ledger instead of the embedded one. */
    private static final class OtherLedger {
        private @Nullable DatabaseServer server;

        synchronized @Nullable DatabaseServer server() throws IOException {
            String kind = System.getProperty("offsite.ledger", "");
            if (server == null && !kind.isEmpty()) {
                server = kind.equals("mariadb") ? MariaDbServer.create() : PostgresServer.create();
                Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            }
            return server;
        }
    }

    public Path root() {
        return root;
    }

    public Path backups() {
        return root.resolve("backups");
    }

    public Path state() {
        return root.resolve("state");
    }

    public Path spool() {
        return Path.of(settings.getOrDefault(
                "BACKUP_OFFSITE_SPOOL_DIR", state().resolve("spool").toString()));
    }

    /** Where localfs puts copies. */
    public Path destination() {
        return Path.of(settings.getOrDefault(
                "BACKUP_OFFSITE_LOCALFS_PATH", root.resolve("offsite").toString()));
    }

    public Gpg gpg() {
        return gpg;
    }

    /** A setting of every process that is started from now on. */
    public OffsiteHome set(String name, String value) {
        settings.put(name, value);
        return this;
    }

    /** Takes a setting away again. */
    public OffsiteHome unset(String name) {
        settings.remove(name);
        return this;
    }

    /** Heratio's database as its {@code .env} names it, instead of the embedded ledger. */
    public OffsiteHome onDatabase(DatabaseServer server, String database) {
        set("DB_CONNECTION", server.laravelName());
        set("DB_HOST", "127.0.0.1");
        set("DB_PORT", Integer.toString(server.port()));
        set("DB_DATABASE", database);
        set("DB_USERNAME", DatabaseServer.USER);
        return set("DB_PASSWORD", DatabaseServer.PASSWORD);
    }

    /** The ledger in the state directory, whatever all tests run on: for a test of that alone. */
    public OffsiteHome onEmbeddedLedger() {
        settings.keySet().removeIf(name -> name.startsWith("DB_"));
        return this;
    }

    /** More arguments for the JVM, such as {@code -Xmx256m}, and the optimising compiler, which the crypto needs for its speed. */
    public OffsiteHome fullSpeed(String... arguments) {
        jvm = List.of(arguments);
        return this;
    }

    /** The JDK that runs each process from now on, instead of that of the tests. */
    public OffsiteHome java(Path home) {
        java = List.of(home.resolve("bin/java").toString(), "-Xlog:disable");
        return this;
    }

    /** One more argument for the JVM. */
    public OffsiteHome option(String argument) {
        jvm = Stream.concat(jvm.stream(), Stream.of(argument)).toList();
        return this;
    }

    /** A command that runs each process from now on, such as {@code strace …}; none takes it away again. */
    public OffsiteHome wrappedBy(String... command) {
        wrapper = List.of(command);
        return this;
    }

    /** Starts {@code offsite <arguments>}. */
    public OffsiteProcess start(String... arguments) throws IOException {
        List<String> command = command();
        command.addAll(List.of(arguments));
        Path logs = Files.createDirectories(root.resolve("logs"));
        Path out = Files.createTempFile(logs, arguments[0].replace(':', '-'), ".out");
        Path err = Path.of(out.toString().replaceAll("\\.out$", ".err"));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(root.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.matches("(BACKUP|HERATIO|DB|APP|JAVA)_.*|JDK_JAVA_OPTIONS"));
        environment.putAll(Map.of("LC_ALL", "C.UTF-8", "HOME", root.toString()));
        environment.putAll(settings);
        OffsiteProcess child = new OffsiteProcess(builder.start(), out, err);
        children.add(child);
        return child;
    }

    private List<String> command() throws IOException {
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(java.isEmpty() ? QuickStart.java() : java);
        command.add(QUICK_KEYS);
        command.addAll(jvm);
        command.addAll(List.of("-jar", QuickStart.jar().toString()));
        return command;
    }

    /** Makes a program called {@code offsite}, which runs the command with the settings of this home. */
    public void makeProgram(Path directory) throws IOException {
        Stream<String> words = Stream.of(
                        Stream.of("env"),
                        settings.entrySet().stream().map(setting -> setting.getKey() + "=" + setting.getValue()),
                        command().stream())
                .flatMap(part -> part);
        String quoted =
                words.map(word -> "'" + word.replace("'", "'\\''") + "'").collect(Collectors.joining(" "));
        Path program = Files.writeString(directory.resolve("offsite"), "#!/bin/sh\nexec " + quoted + " \"$@\"\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Runs {@code offsite <arguments>} to its end: in this JVM, unless the command or this home needs a process of its own. */
    public OffsiteProcess.Exit run(Duration limit, String... arguments) throws IOException, InterruptedException {
        Optional<OffsiteProcess.Exit> exit = java.isEmpty() && wrapper.isEmpty() && jvm.equals(QUICK)
                ? InProcess.run(root, settings, limit, arguments)
                : Optional.empty();
        return exit.isPresent() ? exit.get() : runProcess(limit, arguments);
    }

    /** Runs {@code offsite <arguments>} to its end in a process of its own. */
    public OffsiteProcess.Exit runProcess(Duration limit, String... arguments)
            throws IOException, InterruptedException {
        try (OffsiteProcess child = start(arguments)) {
            return child.await(limit);
        }
    }

    /** {@code offsite replicate}, which must exit with 0. */
    public OffsiteProcess.Exit replicate() throws IOException, InterruptedException {
        OffsiteProcess.Exit exit = run(LONG, "replicate");
        assertThat(exit.code()).as("replicate: %s", exit).isZero();
        return exit;
    }

    /** Runs the command to its end, which has to have this exit code. */
    OffsiteProcess.Exit run(int code, String... arguments) throws IOException, InterruptedException {
        OffsiteProcess.Exit exit = run(LONG, arguments);
        assertThat(exit.code()).as("%s: %s", String.join(" ", arguments), exit).isEqualTo(code);
        return exit;
    }

    /** The public ledger, as {@code offsite history} reads it, without a process for that. */
    public List<LedgerRow> history() throws IOException, InterruptedException {
        return ask(services -> services.history().rows(1_000_000, null).stream()
                .map(row -> LedgerRow.of(row.recorded()))
                .toList());
    }

    /** Returns how many of some archives had been given up when another one was sealed, by the journal. Starts no process. */
    public long givenUpBefore(Path sealed, List<Path> archives) throws IOException, InterruptedException {
        return ask(services -> {
            long end = idOf(services, sealed, JournalEntry.Kind.SEALED);
            long before = 0;
            for (Path archive : archives) {
                before += idOf(services, archive, JournalEntry.Kind.GIVEN_UP) < end ? 1 : 0;
            }
            return before;
        });
    }

    /** Returns whether the journal says of all archives that they have settled. Starts no process. */
    public boolean settled(List<Path> archives) throws IOException, InterruptedException {
        return ask(services -> {
            for (Path archive : archives) {
                if (idOf(services, archive, JournalEntry.Kind.SETTLED) == Long.MAX_VALUE) {
                    return false;
                }
            }
            return true;
        });
    }

    /** Returns the place of an event in the journal, or one behind all events. */
    private static long idOf(Services services, Path archive, JournalEntry.Kind kind) throws FailureException {
        return services.story().of(archive.toString(), 100).stream()
                .filter(event -> event.event() == kind)
                .mapToLong(StoryEvent::id)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** Returns what {@code offsite status} prints. Starts no process. */
    Status status() throws IOException, InterruptedException {
        return ask(services -> services.status().look());
    }

    private interface Question<T> {
        T of(Services services) throws FailureException, IOException, InterruptedException;
    }

    private <T> T ask(Question<T> question) throws IOException, InterruptedException {
        try {
            Settings now = KnownDrivers.settings(settings, root).load(null);
            try (Services services = Services.openWithoutBroker(now, Clock.systemUTC())) {
                return question.of(services);
            }
        } catch (ConfigException | FailureException e) {
            throw new IOException(e);
        }
    }

    /** Makes the change of an archive one of its disk alone: the ledger knows the time at which this test wrote it. */
    public void leaveNoTraceOf(Path archive) throws IOException, SQLException {
        LedgerConfig config = LedgerConfig.h2(state());
        FileTime ctime = (FileTime) Files.getAttribute(archive, "unix:ctime");
        try (Connection connection = DriverManager.getConnection(config.jdbcUrl(), config.user(), config.password());
                PreparedStatement update =
                        connection.prepareStatement("UPDATE offsite_version SET ctime_nanos = ? WHERE path = ?")) {
            update.setLong(1, ctime.to(TimeUnit.NANOSECONDS));
            update.setString(2, archive.toString());
            assertThat(update.executeUpdate()).isEqualTo(1);
        }
    }

    /** What other people's tools say of the copies. */
    public Proof proof() {
        return new Proof(this);
    }

    @Override
    public void close() {
        children.forEach(OffsiteProcess::close);
    }
}
