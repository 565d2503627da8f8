package org.heratio.offsite.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A pipeline of several processes, {@code offsite serve --stages=…} each, over RabbitMQ. */
final class StageProcesses implements AutoCloseable {
    static final List<String> ALL = List.of("watcher", "encryptor", "uploader:localfs", "verifier");

    private final OffsiteHome home;
    private final Map<String, OffsiteProcess> running = new LinkedHashMap<>();

    /** @param home with {@code BACKUP_OFFSITE_AMQP_URI} set */
    StageProcesses(OffsiteHome home) {
        this.home = home;
    }

    /** Starts one process for each and waits until all serve. A name may have {@code #2} behind it, to have one stage twice. */
    StageProcesses start(List<String> names) throws IOException {
        for (String name : names) {
            start(name);
        }
        names.forEach(this::awaitServing);
        return this;
    }

    /** Starts, or starts again. */
    OffsiteProcess start(String name) throws IOException {
        OffsiteProcess process = home.start("serve", "--stages=" + name.replaceAll("#.*", ""));
        running.put(name, process);
        return process;
    }

    void awaitServing(String name) {
        OffsiteProcess process = get(name);
        await().atMost(OffsiteHome.SHORT).until(() -> process.err().contains(": serving ") || !process.running());
        assertThat(process.running()).as("%s: %s", name, process.err()).isTrue();
    }

    OffsiteProcess get(String name) {
        return running.get(name);
    }

    void kill(String name) throws InterruptedException {
        running.get(name).kill();
    }

    void killAll() throws InterruptedException {
        for (OffsiteProcess process : running.values()) {
            process.kill();
        }
    }

    /** SIGTERM to all, and the exit with 0 that has to follow. */
    void stop() throws InterruptedException {
        running.values().forEach(OffsiteProcess::terminate);
        for (Map.Entry<String, OffsiteProcess> each : running.entrySet()) {
            OffsiteProcess.Exit exit = each.getValue().await(OffsiteHome.SHORT);
            assertThat(exit.code()).as("%s: %s", each.getKey(), exit).isZero();
        }
    }

    @Override
    public void close() {
        running.values().forEach(OffsiteProcess::close);
    }
}
