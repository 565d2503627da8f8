package org.heratio.offsite.destination.rsync;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.Expected;
import org.heratio.offsite.destination.Presence;
import org.heratio.offsite.destination.RunningPuts;
import org.heratio.offsite.failure.FailureException;

/** The remains of unfinished puts at a host that runs scripts. */
final class UnfinishedPuts {
    /** Unfinished puts that one script removes: what a host is sent must fit into a pipe that it does not read from yet. */
    private static final int AT_ONCE = 100;
    /** Unfinished puts that are listed at a time: each name is shorter than 200 bytes. */
    private static final int PAGE = 5_000;
    /** Bounds one run; the next hourly run continues. */
    private static final int MOST_PAGES = 50;

    private final RsyncConfig config;
    private final Scripts scripts;
    private final Presence presence;
    private final NameConflicts conflicts;
    private final RemoteShell shell;
    private final RunningPuts running;
    private final Duration patience;

    UnfinishedPuts(RsyncConfig config, Presence presence, RemoteShell shell, RunningPuts running, Duration patience) {
        this.config = config;
        this.scripts = new Scripts(config.path());
        this.presence = presence;
        this.conflicts = new NameConflicts(config, new DirectoryLayout(config.path()));
        this.shell = shell;
        this.running = running;
        this.patience = patience;
    }

    /** Removes those of an owner that are to be kept no longer. */
    void removeAbandoned(String owner, Destination.Keep keep) throws FailureException, InterruptedException {
        int skipped = 0;
        for (int page = 0; page < MOST_PAGES; page++) {
            Presence.View view = presence.view();
            String script = scripts.partials(owner, skipped, PAGE);
            Answer answer = Answer.of(
                    shell.run("looking for unfinished puts in " + config.path(), script, Expected.LIST, patience));
            conflicts.requireNone(DirectoryLayout.PARTIAL, answer);
            view.requirePresent(answer.state());
            int listed = Names.lines(answer);
            skipped += listed - removeAbandoned(owner, Names.partials(owner, answer), keep);
            if (listed < PAGE) {
                return;
            }
        }
    }

    /** Returns how many of these are removed. */
    private int removeAbandoned(String owner, List<String> names, Destination.Keep keep)
            throws FailureException, InterruptedException {
        String what = "clearing away unfinished puts in " + config.path();
        List<RunningPuts.Held> held = new ArrayList<>();
        try {
            List<String> abandoned = new ArrayList<>();
            for (String name : names) {
                String transferId = Names.transferId(owner, name);
                // held, so that no put begins to use what is about to be removed
                Optional<RunningPuts.Held> free = running.hold(owner, transferId);
                free.ifPresent(held::add);
                if (free.isPresent() && !keep.keeps(transferId)) {
                    abandoned.add(name);
                }
            }
            for (int from = 0; from < abandoned.size(); from += AT_ONCE) {
                String script = scripts.remove(abandoned.subList(from, Math.min(abandoned.size(), from + AT_ONCE)));
                Answer.of(shell.run(what, script, Expected.TEXT, patience));
            }
            return abandoned.size();
        } finally {
            held.forEach(RunningPuts.Held::close);
        }
    }
}
