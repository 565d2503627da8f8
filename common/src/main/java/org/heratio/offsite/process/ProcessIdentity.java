package org.heratio.offsite.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.heratio.offsite.archive.Digests;

/**
 * Who this process is, in a form that another one on the same host can check for life.
 *
 * @param host machine, boot and pid namespace; a process id means something only where all three are the same
 * @param started start time of the process in clock ticks since boot: ids are used again
 * @param instance tells several of one process apart
 */
public record ProcessIdentity(String host, long pid, long started, String instance) {

    /** Never the same twice. */
    public static ProcessIdentity ofThisProcess() {
        long pid = ProcessHandle.current().pid();
        String random = UUID.randomUUID().toString();
        String host;
        long started;
        try {
            host = Digests.ofText(firstLine("/etc/machine-id") + "/"
                            + Files.readString(Path.of("/proc/sys/kernel/random/boot_id")) + "/"
                            + Files.readSymbolicLink(Path.of("/proc/self/ns/pid")))
                    .substring(0, 32);
            started = startTicks(pid);
        } catch (IOException | UnsupportedOperationException e) {
            // not Linux: nobody can tell whether we live, so that what is ours goes by clocks alone
            host = random;
            started = 0;
        }
        return new ProcessIdentity(host, pid, started, random.substring(0, 8));
    }

    /** As one text, for {@link #knowsToBeDead}. */
    public String owner() {
        return host + "/" + pid + "/" + started + "/" + instance;
    }

    /** Returns whether an owner was a process on this host that is there no more. False when that cannot be known. */
    public boolean knowsToBeDead(String owner) {
        List<String> parts = List.of(owner.split("/", -1));
        if (parts.size() != 4 || !parts.get(0).equals(host)) {
            return false;
        }
        try {
            return life(Long.parseLong(parts.get(1)), Long.parseLong(parts.get(2))) == Life.DEAD;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** The state of a process on this host. */
    public enum Life {
        ALIVE,
        DEAD,
        /** Where {@code /proc} hides the processes of others (hidepid). */
        UNKNOWN
    }

    /** Looks at {@code /proc}. */
    public static Life life(long pid, long started) {
        try {
            return startTicks(pid) == started ? Life.ALIVE : Life.DEAD;
        } catch (IOException e) {
            // where the processes of others are hidden, the first one is hidden too
            return Files.exists(Path.of("/proc/1/stat")) ? Life.DEAD : Life.UNKNOWN;
        }
    }

    /** Returns this host's name as the kernel has it, for people; empty where it cannot be read. */
    public static String hostName() {
        return firstLine("/proc/sys/kernel/hostname");
    }

    private static String firstLine(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** Field 22 of {@code /proc/<pid>/stat}; -1 for a zombie. The file is not there when the process is gone. */
    private static long startTicks(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        // the second field is a command name in brackets and may contain anything
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return fields[0].equals("Z") || fields[0].equals("X") ? -1 : Long.parseLong(fields[19]);
    }
}
