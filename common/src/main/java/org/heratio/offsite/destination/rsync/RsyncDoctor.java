package org.heratio.offsite.destination.rsync;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.destination.Expected;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.finding.Finding;

/** Finds out what the account at the host can do, with a small file that is there for a moment. Blocks; for one use. */
public final class RsyncDoctor implements AutoCloseable {
    private static final String ASKING = "asking what there is";
    private static final long KIB = 1024;
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    private final RsyncConfig config;
    private final RsyncDestination destination;
    private final SharedConnection shared;
    private final RemoteShell shell;
    private final List<Finding> findings = new ArrayList<>();

    public RsyncDoctor(RsyncConfig config) {
        this.config = config;
        this.destination = new RsyncDestination(config);
        this.shared = new SharedConnection(config.work());
        this.shell = new RemoteShell(new SshCommand(config, shared), new RsyncFailures(config, shared));
    }

    /** All that could be found out. Throws what keeps copies from being made there at all. */
    public List<Finding> examine() throws FailureException, InterruptedException {
        destination.probe();
        findings.add(Finding.ok("the key of " + config.where() + " is in " + config.knownHosts()));
        if (!shared.shares()) {
            findings.add(Finding.warn(
                    "each command makes a connection of its own: no socket can be made in " + config.work()
                            + ", nor in " + System.getProperty("java.io.tmpdir"),
                    "give this user a state directory or a temporary directory with a short path on a local disk"));
        }
        if (destination.restricted()) {
            restricted();
        } else {
            free();
        }
        return findings;
    }

    private void restricted() {
        findings.add(Finding.warn(
                "the account may run rsync alone (rrsync, or no shell there): copies are fetched whole into "
                        + config.work()
                        + " to verify or restore them, unfinished ones are not cleared away, and with the rrsync of rsync 3.5 a cut"
                        + " transfer begins anew",
                "an account with a shell has none of that, nor has BACKUP_OFFSITE_DRIVER=sftp; paths count from the directory that"
                        + " rrsync shows"));
    }

    private void free() throws FailureException, InterruptedException {
        Map<String, String> facts = facts();
        findings.add(Finding.ok("rsync there: " + facts.getOrDefault("rsync", "of unknown version")));
        String hash = facts.getOrDefault("hash", "");
        findings.add(
                hash.isEmpty()
                        ? Finding.warn(
                                "nothing there makes a SHA-256: copies are verified by reading them back over the network",
                                "install coreutils (sha256sum) at the host")
                        : Finding.ok("copies are hashed there, by " + hash));
        if (facts.containsKey("refused")) {
            findings.add(Finding.warn(
                    "no file can be made in " + config.path(), "give the user at the host the right to write there"));
        }
        try {
            long kib = Expected.size(ASKING, facts.getOrDefault("free", ""));
            findings.add(room(Math.min(kib, Long.MAX_VALUE / KIB) * KIB));
        } catch (FailureException e) {
            // df says something else there
        }
    }

    /** @param free bytes */
    static Finding room(long free) {
        return free >= GIB
                ? Finding.ok(free / GIB + " GiB free there")
                : Finding.warn("only " + free / MIB + " MiB free there", "make room at the host");
    }

    /** The first word of each line tells what the rest is. */
    private Map<String, String> facts() throws FailureException, InterruptedException {
        Map<String, String> facts = new LinkedHashMap<>();
        String script = new Scripts(config.path()).facts();
        shell.run(ASKING, script, Expected.TEXT, config.timeout().multipliedBy(3))
                .lines()
                .forEach(line -> {
                    String[] words = line.split(" ", 2);
                    facts.put(words[0], words.length > 1 ? words[1].strip() : "");
                });
        return facts;
    }

    @Override
    public void close() {
        shared.close();
        destination.close();
    }
}
