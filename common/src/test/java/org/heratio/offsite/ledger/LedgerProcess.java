package org.heratio.offsite.ledger;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process of its own with a ledger open ({@link LedgerChild}), which can be killed. */
final class LedgerProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;
    private final List<String> seen = new ArrayList<>();

    private LedgerProcess(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * Starts one on the class path of this process.
     *
     * @param where a JDBC URL, or the state directory of an embedded ledger
     */
    static LedgerProcess start(String what, String where, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=none.xml",
                "-cp",
                System.getProperty("java.class.path"),
                LedgerChild.class.getName(),
                what,
                where));
        command.addAll(List.of(more));
        return new LedgerProcess(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** By its handle: the process itself would throw away the output that was not read yet. */
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        process.waitFor();
    }

    void terminate() {
        process.toHandle().destroy();
    }

    String last() {
        return seen.isEmpty() ? "" : seen.get(seen.size() - 1);
    }

    /** Reads until so many names were acknowledged. */
    List<String> read(int count) throws IOException {
        List<String> names = new ArrayList<>();
        while (names.size() < count) {
            if (!next(names)) {
                throw new IllegalStateException("it ended early: " + seen);
            }
        }
        return names;
    }

    /** Reads what is left of the output of one that has ended, or is about to. */
    List<String> rest() throws IOException {
        List<String> names = new ArrayList<>();
        while (next(names)) {
            // all of it
        }
        return names;
    }

    private boolean next(List<String> names) throws IOException {
        String line = output.readLine();
        if (line == null) {
            return false;
        }
        seen.add(line);
        if (line.startsWith("settled ")) {
            names.add(line.substring("settled ".length()));
        }
        return true;
    }

    void await(String expected) throws IOException {
        while (!last().equals(expected)) {
            if (!next(new ArrayList<>())) {
                throw new IllegalStateException("it ended early: " + seen);
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
