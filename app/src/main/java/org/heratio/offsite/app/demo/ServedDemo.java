package org.heratio.offsite.app.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.app.run.ExitCode;
import org.heratio.offsite.app.run.StopSignal;
import org.heratio.offsite.files.NoFollow;
import org.jspecify.annotations.Nullable;

/**
 * The demonstration on a running page: ships, damages a copy, has it repaired, and stays until it is asked to stop. It leaves nothing
 * behind.
 */
public final class ServedDemo {
    private static final Duration LOOK = Duration.ofMillis(300);
    /** For one step; a busy machine takes longer, and the page shows how far it is. */
    private static final Duration STEP = Duration.ofMinutes(5);

    private static final Duration STOP = Duration.ofSeconds(45);

    private final DemoHome home;
    private final PrintStream out;
    private final StopSignal stop;

    /**
     * @param home an empty directory for everything that the demonstration makes; it is deleted at the end
     * @param backups a backup directory of the user's, only read; or null to make one
     */
    public ServedDemo(Path home, @Nullable Path backups, PrintStream out, StopSignal stop) {
        this.home = new DemoHome(home, backups);
        this.out = out;
        this.stop = stop;
    }

    /** A condition that a step waits for. */
    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    /** Blocks until it is asked to stop, and returns the exit code. */
    public int run() throws IOException, InterruptedException {
        try {
            home.prepare(out);
            DemoPage page = new DemoPage(freePort(), home.state().resolve("dashboard-token"));
            Path log = home.path().resolve("serve.log");
            Process service = home.offsite(
                            Map.of(
                                    "BACKUP_OFFSITE_DASHBOARD_HOST",
                                    "127.0.0.1",
                                    "BACKUP_OFFSITE_DASHBOARD_PORT",
                                    Integer.toString(page.port())),
                            List.of("serve"))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            try {
                return show(page, service, log);
            } finally {
                end(service);
            }
        } finally {
            NoFollow.deleteTree(home.path());
        }
    }

    private int show(DemoPage page, Process service, Path log) throws IOException, InterruptedException {
        out.println();
        out.println("$ offsite serve");
        if (await(service, page::answers)) {
            out.println("# the page          " + page.address());
            out.println("# log in with       the token that this prints: cat " + page.tokenFile());
            out.println("# log               " + log);
            out.flush();
            damageAndRepair(page, service);
        }
        out.println();
        out.println("# look at " + page.address() + " as long as you like; Ctrl-C ends it, and removes everything");
        out.flush();
        boolean stopped = stop.flag().get();
        while (service.isAlive() && !stopped) {
            stopped = stop.await(LOOK);
        }
        if (!stop.flag().get()) {
            out.println("# the service has ended by itself:");
            Files.readAllLines(log).forEach(out::println);
            return ExitCode.FAILED;
        }
        return ExitCode.OK;
    }

    private void damageAndRepair(DemoPage page, Process service) throws IOException, InterruptedException {
        if (!await(service, page::isAllSafe)) {
            return;
        }
        Path copy = home.copyOf(home.smallestShipped());
        out.println();
        out.println("# all archives are shipped, and were read back; now a copy is damaged: " + copy);
        damage(copy);
        out.println();
        out.println("# Sweep now         (the page has this button; the command is: offsite verify-integrity --all)");
        out.flush();
        page.sweep();
        if (await(service, () -> page.hasSeenRepair() && page.isAllSafe())) {
            out.println("# the sweep found the damage, and the copy was shipped again and read back:");
            out.println("#                   " + page.address() + "#/journal");
        }
    }

    /** Changes one byte in the middle. */
    private static void damage(Path copy) throws IOException {
        byte[] bytes = Files.readAllBytes(copy);
        int middle = bytes.length / 2;
        bytes[middle] = (byte) (bytes[middle] ^ 1);
        Files.write(copy, bytes);
    }

    /** Returns whether it holds before the service ends, somebody asks to stop, or the step takes too long. */
    private boolean await(Process service, Condition condition) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        while (service.isAlive() && !stop.flag().get()) {
            if (condition.holds()) {
                return true;
            }
            if (System.nanoTime() - begun > STEP.toNanos()) {
                out.println("# this takes longer than usual; the page and the log tell why");
                return false;
            }
            stop.await(LOOK);
        }
        return false;
    }

    /** Lets the service end by itself, and waits for that. */
    private static void end(Process service) throws InterruptedException {
        service.destroy();
        if (!service.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
            service.destroyForcibly().waitFor();
        }
    }

    /** Returns a port that nothing listens on. Another program may take it before the page does: its token is not ours. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
