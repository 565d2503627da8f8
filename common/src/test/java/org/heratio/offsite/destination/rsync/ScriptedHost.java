package org.heratio.offsite.destination.rsync;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.testing.Trees;

/**
 * Runs the scripts of {@link ShellAccount} in a directory of this machine, with tools that count their calls: at a chosen one the shell and
 * all that it started are killed, as a power cut ends them.
 */
final class ScriptedHost {
    private static final List<String> TOOLS =
            List.of("cat", "find", "head", "ln", "ls", "mkdir", "mv", "printf", "rm", "sh", "stat", "sync", "tail");

    private static final String COUNTING = """
            #!/bin/sh
            read n < "$STEPS"
            n=$((n + 1))
            echo $n > "$STEPS"
            if [ $n = "$LAST" ]; then kill -9 0; fi
            exec /usr/bin/TOOL "$@"
            """;
    /** As file systems such as FAT have it. */
    private static final String WITHOUT_LINKS = """
            #!/bin/sh
            echo "ln: Operation not permitted" >&2
            exit 1
            """;

    private final Path directory;
    private final Path root;
    /** The tools themselves, which take half of the time of those that count. */
    private final Path tools;

    private final Path countingTools;
    private final boolean links;
    private final List<String> shell;
    private final Scripts scripts;

    /**
     * Hosts with the same parent directory have their tools together.
     *
     * @param shell the command that runs a script on standard input
     */
    ScriptedHost(Path directory, boolean links, List<String> shell) throws Exception {
        this.directory = directory;
        this.root = Files.createDirectories(directory.resolve("root"));
        this.tools = directory.resolveSibling(links ? "tools" : "tools without links");
        this.countingTools = directory.resolveSibling("counting " + tools.getFileName());
        this.links = links;
        this.shell = shell;
        this.scripts = new Scripts(root.toString());
        if (!Files.exists(tools)) {
            makeTools();
        }
    }

    private void makeTools() throws IOException {
        Files.createDirectory(tools);
        Files.createDirectory(countingTools);
        for (String tool : TOOLS) {
            if (tool.equals("ln") && !links) {
                write(tools.resolve(tool), WITHOUT_LINKS);
                write(countingTools.resolve(tool), WITHOUT_LINKS);
            } else {
                Files.createSymbolicLink(tools.resolve(tool), Path.of("/usr/bin", tool));
                write(countingTools.resolve(tool), COUNTING.replace("TOOL", tool));
            }
        }
    }

    private static void write(Path file, String script) throws IOException {
        Files.writeString(file, script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Returns a host in another directory with the same parent, at which the same files lie. */
    ScriptedHost copy(Path other) throws Exception {
        ScriptedHost copy = new ScriptedHost(other, links, shell);
        Trees.copy(root, copy.root);
        return copy;
    }

    /** Returns all that a script can find below the root: paths, rights, bytes, and which paths are one file. */
    String state() throws IOException {
        return Trees.state(root);
    }

    Path root() {
        return root;
    }

    Scripts scripts() {
        return scripts;
    }

    /** Puts as {@link ShellAccount} does; returns the last answer's first word. */
    String put(PutRequest request) throws Exception {
        String prepared = prepare(request);
        return prepared.equals("ready") ? run(scripts.publish(request)).word() : prepared;
    }

    /** Prepares, and writes the payload as {@code rsync --inplace} does; returns the answer's first word. */
    String prepare(PutRequest request) throws Exception {
        Answer answer = run(scripts.prepare(request, true, true));
        if (answer.word().equals("ready")) {
            Path file = root.resolve(Names.partialPayload(request));
            try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                out.write(ByteBuffer.wrap(Files.readAllBytes(request.file())), 0);
                out.truncate(request.size());
            }
        }
        return answer.word();
    }

    Answer run(String script) throws Exception {
        return Answer.of(output(start(0), script));
    }

    /** Kills a script before its tool call of this number; returns false when it ended before. */
    boolean killed(String script, int step) throws Exception {
        Process process = start(step);
        output(process, script);
        return process.waitFor() == 128 + 9;
    }

    /** Starts a shell that is to read its script; it is killed before its tool call of this number, if that is not 0. */
    Process start(int lastStep) throws Exception {
        Path steps = Files.writeString(Files.createTempFile(directory, "steps", ""), "0\n");
        List<String> command = new ArrayList<>(shell);
        if (lastStep != 0) {
            // a group of its own, which alone is killed
            command.add(0, "setsid");
        }
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment()
                .putAll(Map.of(
                        "PATH", (lastStep == 0 ? tools : countingTools).toString(),
                        "STEPS", steps.toString(),
                        "LAST", Integer.toString(lastStep)));
        return builder.redirectError(directory.resolve("errors").toFile()).start();
    }

    static String output(Process process, String script) throws Exception {
        try (var in = process.getOutputStream()) {
            in.write(script.getBytes(StandardCharsets.UTF_8));
        }
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
