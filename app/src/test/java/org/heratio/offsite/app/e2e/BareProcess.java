package org.heratio.offsite.app.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.testing.Requires;
import org.heratio.offsite.testing.Trees;
import org.jspecify.annotations.Nullable;

/**
 * Child processes that are started as cron or a bare unit does it, with nothing in their environment but what is set here, in bytes.
 * They are written to a script, so that the charset of the tests' own JVM does not matter.
 */
final class BareProcess {
    private static final Path SOURCES = Path.of("/usr/share/i18n/locales/de_DE");

    private static @Nullable Path locales;

    private final OffsiteHome home;
    private final Map<String, byte[]> variables = new LinkedHashMap<>();

    BareProcess(OffsiteHome home) {
        this.home = home;
        set("HERATIO_BACKUPS_PATH", home.backups().toString());
        set("BACKUP_OFFSITE_STATE_DIR", home.state().toString());
        set("BACKUP_OFFSITE_DRIVER", "localfs");
        set("BACKUP_OFFSITE_LOCALFS_PATH", home.destination().toString());
    }

    BareProcess set(String name, String value) {
        return set(name, value.getBytes(StandardCharsets.UTF_8));
    }

    BareProcess set(String name, byte[] value) {
        variables.put(name, value);
        return this;
    }

    BareProcess unset(String name) {
        variables.remove(name);
        return this;
    }

    /** Takes a locale as {@code LC_ALL} has it, or none for the empty text; one that is not UTF-8 is made from its sources. */
    BareProcess locale(String locale) throws IOException, InterruptedException {
        variables.remove("LC_ALL");
        variables.remove("LOCPATH");
        if (locale.startsWith("de_DE.")) {
            set("LOCPATH", made(locale).toString());
        }
        return locale.isEmpty() ? this : set("LC_ALL", locale);
    }

    /** Once for all tests of this JVM: it takes longer than a command. */
    private static synchronized Path made(String locale) throws IOException, InterruptedException {
        Requires.that(Files.exists(SOURCES), "the sources of locales (Debian: locales)");
        if (locales == null) {
            Path directory = Files.createTempDirectory("offsite-locales");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> Trees.delete(directory)));
            locales = directory;
        }
        if (!Files.exists(locales.resolve(locale))) {
            Process localedef = new ProcessBuilder(List.of(
                            "localedef",
                            "--no-archive",
                            "-f",
                            locale.substring("de_DE.".length()),
                            "-i",
                            "de_DE",
                            locales.resolve(locale).toString()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (localedef.waitFor() != 0) {
                throw new IOException("localedef ends with " + localedef.exitValue());
            }
        }
        return locales;
    }

    /** Runs {@code offsite <arguments>}; they are UTF-8. */
    OffsiteProcess.Exit run(String... arguments) throws IOException, InterruptedException {
        return run(home.root(), arguments);
    }

    /** The same from another working directory. */
    OffsiteProcess.Exit run(Path directory, String... arguments) throws IOException, InterruptedException {
        // what OffsiteHome adds is the program, the flags of the JVM and a first argument
        home.wrappedBy(
                "/bin/sh",
                script(directory, List.of(arguments).subList(1, arguments.length))
                        .toString());
        try {
            return home.runProcess(Duration.ofMinutes(4), arguments[0]);
        } finally {
            home.wrappedBy();
        }
    }

    /** Makes a script for {@code sh} that runs the command it is given, with more arguments, in that directory and this environment. */
    Path script(Path directory, List<String> more) throws IOException {
        ByteArrayOutputStream script = new ByteArrayOutputStream();
        write(script, "cd ");
        quote(script, directory.toString().getBytes(StandardCharsets.UTF_8));
        write(script, "\nexec env -i");
        variables.forEach((name, value) -> {
            write(script, " " + name + "=");
            quote(script, value);
        });
        write(script, " \"$@\"");
        for (String argument : more) {
            write(script, " ");
            quote(script, argument.getBytes(StandardCharsets.UTF_8));
        }
        write(script, "\n");
        return Files.write(Files.createTempFile(home.root(), "bare", ".sh"), script.toByteArray());
    }

    private static void write(ByteArrayOutputStream script, String text) {
        script.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void quote(ByteArrayOutputStream script, byte[] value) {
        script.write('\'');
        for (byte b : value) {
            if (b == '\'') {
                write(script, "'\\''");
            } else {
                script.write(b);
            }
        }
        script.write('\'');
    }
}
