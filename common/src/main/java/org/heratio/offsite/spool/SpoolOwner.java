package org.heratio.offsite.spool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;

/**
 * The process that wrote a file into the spool, as its name tells it.
 *
 * @param host stands for host and process namespace: only there do the other two mean anything
 * @param pid process id
 * @param startMillis when the process started, epoch milliseconds; process ids come back
 * @param instance tells several spools of one process apart
 */
record SpoolOwner(String host, long pid, long startMillis, String instance) {
    /** The kernel computes start times from the boot time, which moves a little when the clock is set. */
    private static final long START_TOLERANCE_MILLIS = Duration.ofSeconds(10).toMillis();

    /** What is known of the process behind a file. */
    enum Life {
        SELF,
        ALIVE,
        DEAD,
        /** On another host, or another spool of this process: nobody can tell. */
        ELSEWHERE
    }

    static SpoolOwner self(RandomGenerator random) {
        ProcessHandle me = ProcessHandle.current();
        return new SpoolOwner(namespace(), me.pid(), start(me), String.format("%04x", random.nextInt(1 << 16)));
    }

    Life lifeSeenBy(SpoolOwner self) {
        if (equals(self)) {
            return Life.SELF;
        }
        if (!host.equals(self.host)) {
            return Life.ELSEWHERE;
        }
        if (pid == self.pid && Math.abs(self.startMillis - startMillis) <= START_TOLERANCE_MILLIS) {
            return Life.ELSEWHERE;
        }
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(p -> Math.abs(start(p) - startMillis) <= START_TOLERANCE_MILLIS)
                .map(p -> Life.ALIVE)
                .orElse(Life.DEAD);
    }

    private static long start(ProcessHandle process) {
        return process.info()
                .startInstant()
                .map(java.time.Instant::toEpochMilli)
                .orElse(0L);
    }

    private static String namespace() {
        CRC32 crc = new CRC32();
        crc.update(hostName().getBytes(StandardCharsets.UTF_8));
        try {
            crc.update(Files.readSymbolicLink(Path.of("/proc/self/ns/pid"))
                    .toString()
                    .getBytes(StandardCharsets.UTF_8));
        } catch (IOException | UnsupportedOperationException e) {
            // no such thing as process namespaces here: the name alone has to do
        }
        return String.format("%08x", crc.getValue());
    }

    private static String hostName() {
        try {
            // asks no name server
            return Files.readString(Path.of("/proc/sys/kernel/hostname"));
        } catch (IOException e) {
            return "";
        }
    }
}
