package org.heratio.offsite.app.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.EnumSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.app.run.StopSignal;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.UnsafePathException;
import org.heratio.offsite.text.Printable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/** The command line, put together: how options are read and what becomes of errors. */
public final class CommandLineFactory {
    /** Trying again cannot help: a service must not be started over and over. */
    private static final Set<ErrorCode> MISCONFIGURED =
            EnumSet.of(ErrorCode.BACKUP_DIRECTORY_UNAVAILABLE, ErrorCode.BROKER_FOREIGN);

    private static final Set<ErrorCode> UNUSABLE = EnumSet.of(
            ErrorCode.LEDGER_UNAVAILABLE,
            ErrorCode.LEDGER_REFUSED,
            ErrorCode.LEDGER_LOST,
            ErrorCode.BROKER_UNAVAILABLE,
            ErrorCode.BROKER_REFUSED);

    private static final Set<String> TOP_ALONE = Set.of("-h", "--help", "-V", "--version");

    private CommandLineFactory() {}

    /** Runs the command that this process was started for, and returns its exit code. */
    public static int run(String[] args) {
        StandardOutput out = new StandardOutput();
        System.setOut(utf8(out));
        System.setErr(utf8(new FileOutputStream(FileDescriptor.err)));
        int code;
        if (asksForTheTopAlone(args)) {
            code = createTop().execute(args);
        } else {
            code = execute(args);
            Logging.end();
        }
        System.out.flush();
        return out.checked(code);
    }

    /** Returns whether the whole answer is the help of {@code offsite} itself, also where nothing is asked, or its version. */
    private static boolean asksForTheTopAlone(String[] args) {
        return args.length == 0 || (args.length == 1 && TOP_ALONE.contains(args[0]));
    }

    private static int execute(String[] args) {
        CommandLine line = args.length > 0 && OffsiteCommand.standsAlone(args[0]) ? create(Set.of(args[0])) : create();
        StopSignal stop = StopSignal.interrupting(Thread.currentThread());
        // what fails after an interrupt fails because of it, whatever it calls that
        line.setExecutionExceptionHandler(
                (error, command, parsed) -> report(stop.flag().get() ? new InterruptedException() : error, command));
        try {
            return line.execute(Arguments.ofThisProcess(args));
        } catch (ConfigException e) {
            return report(e, line);
        }
    }

    /** A locale without the letters of a name would print question marks, also into JSON, which is UTF-8. */
    private static PrintStream utf8(OutputStream out) {
        return new PrintStream(out, true, StandardCharsets.UTF_8);
    }

    /** Returns the whole command line. */
    public static CommandLine create() {
        return create(OffsiteCommand.COMMANDS.keySet());
    }

    /**
     * Returns the top of the command line: of its commands it knows the names and the headers, which is all that its help says of them. To
     * read all their options takes longer than to print them.
     */
    public static CommandLine createTop() {
        CommandLine line = new CommandLine(new OffsiteCommand());
        OffsiteCommand.COMMANDS.values().forEach(command -> {
            Command said = command.getAnnotation(Command.class);
            CommandSpec name = CommandSpec.create().name(said.name()).aliases(said.aliases());
            name.usageMessage().header(said.header()).description(said.description());
            line.addSubcommand(said.name(), name);
        });
        return withOutput(line);
    }

    private static CommandLine withOutput(CommandLine line) {
        line.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        return line;
    }

    /** Returns the command line with these commands only. A process reads the annotations of its own command: those of all take long. */
    static CommandLine create(Set<String> commands) {
        // H2's server for a second process, and Vert.x's cache of class path resources, stay off the network and off
        // the disk
        Properties system = System.getProperties();
        system.putIfAbsent("vertx.disableFileCPResolving", "true");
        system.putIfAbsent("vertx.disableFileCaching", "true");
        CommandLine line = new CommandLine(new OffsiteCommand());
        OffsiteCommand.COMMANDS.forEach((name, command) -> {
            if (commands.contains(name)) {
                line.addSubcommand(command);
            }
        });
        withOutput(line);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setAbbreviatedOptionsAllowed(false);
        line.setExecutionStrategy(new WithLog());
        line.setExecutionExceptionHandler((error, command, parsed) -> report(error, command));
        line.setParameterExceptionHandler(CommandLineFactory::badUsage);
        return line;
    }

    /**
     * Runs a command, whichever it is, with a log that is set up: the command may have no settings, or bad ones, and logback's own default
     * prints all that libraries say on standard output, hashes of passwords among it.
     */
    private static final class WithLog extends CommandLine.RunLast {
        @Override
        protected List<Object> handle(CommandLine.ParseResult parsed) {
            Logging.configure(Settings.LogFormat.PLAIN, Logging.Level.QUIET);
            return super.handle(parsed);
        }
    }

    private static int badUsage(CommandLine.ParameterException error, String[] args) {
        PrintWriter err = error.getCommandLine().getErr();
        err.println("offsite: " + Printable.of(String.valueOf(error.getMessage())));
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(error, err)) {
            err.println("Try 'offsite " + usageName(error.getCommandLine()) + "--help'.");
        }
        return ExitCode.USAGE;
    }

    private static String usageName(CommandLine line) {
        return line.getParent() == null ? "" : line.getCommandName() + " ";
    }

    private static int report(Exception error, CommandLine command) {
        PrintWriter err = command.getErr();
        if (error instanceof ConfigException config) {
            err.println("offsite: the configuration has to be changed first:");
            for (ConfigProblem problem : config.problems()) {
                err.println("  - " + Printable.of(problem.text()));
                if (problem.hint() != null) {
                    err.println("    HINT: " + Printable.of(problem.hint()));
                }
            }
            return ExitCode.USAGE;
        }
        if (error instanceof FailureException failed) {
            return failed(failed.failure(), err);
        }
        if (error instanceof FileAlreadyExistsException exists) {
            err.println("offsite: " + Printable.of(exists.getFile()) + " is there already");
            err.println("HINT: give another place with --to, or replace it with --force");
            return ExitCode.FAILED;
        }
        if (error instanceof UnsafePathException unsafe) {
            err.println("offsite: " + Printable.of(String.valueOf(unsafe.getMessage())));
            err.println("HINT: choose a directory that no other user may write, by a path without symbolic links");
            return ExitCode.FAILED;
        }
        if (error instanceof InterruptedException) {
            err.println("offsite: stopped");
            return ExitCode.FAILED;
        }
        LoggerFactory.getLogger(CommandLineFactory.class).debug("failed", error);
        err.println("offsite: " + Printable.of(error.toString()));
        return ExitCode.FAILED;
    }

    private static int failed(Failure failure, PrintWriter err) {
        err.println("offsite: " + failure.code() + ": " + Printable.of(failure.reason()));
        if (failure.hint() != null) {
            err.println("HINT: " + Printable.of(failure.hint()));
        }
        if (MISCONFIGURED.contains(failure.code())) {
            return ExitCode.USAGE;
        }
        return UNUSABLE.contains(failure.code()) ? ExitCode.UNAVAILABLE : ExitCode.FAILED;
    }
}
