package org.heratio.offsite.destination.rsync;

import java.util.ArrayList;
import java.util.List;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.destination.Presence;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/** The announcements of installations at a host that runs scripts. */
final class Announcements {
    private static final int PATIENCE = 3;
    /** Each line of each announcement has three more characters. */
    private static final int MOST = OwnerScripts.MAX_INSTALLATIONS * 4 * Installation.MAX_BYTES;

    private final RsyncConfig config;
    private final Scripts scripts;
    private final Presence presence;
    private final RemoteShell shell;
    private final NameConflicts conflicts;

    Announcements(RsyncConfig config, Presence presence, RemoteShell shell) {
        this.config = config;
        this.scripts = new Scripts(config.path());
        this.presence = presence;
        this.shell = shell;
        this.conflicts = new NameConflicts(config, new DirectoryLayout(config.path()));
    }

    /** Adds one, or replaces one with another content, and returns whether the host can create a file without replacing one. */
    boolean add(Installation self) throws FailureException, InterruptedException {
        String what = "announcing this installation in " + config.path();
        Presence.View view = presence.view();
        Answer answer = run(what, scripts.announce(self, view.mayMark(), view.mayMakeAnew()), view, "announced");
        view.marked();
        return answer.rest().equals("true");
    }

    List<Installation> all() throws FailureException, InterruptedException {
        String what = "reading who ships to " + config.path();
        Presence.View view = presence.view();
        Answer answer = run(what, scripts.installations(), view, "installations");
        view.requirePresent(answer.state());
        List<Installation> all = new ArrayList<>();
        String id = "";
        StringBuilder content = new StringBuilder();
        for (String line : (answer.body() + "i \n").split("\n")) {
            if (line.startsWith("c ")) {
                content.append(line, 2, line.length()).append('\n');
            } else if (line.startsWith("i ")) {
                if (Installation.isId(id)) {
                    all.add(Installation.parse(id, content.toString()));
                }
                id = line.substring(2);
                content.setLength(0);
            }
        }
        return all;
    }

    private Answer run(String what, String script, Presence.View view, String expected)
            throws FailureException, InterruptedException {
        Answer answer = Answer.of(shell.run(what, script, MOST, config.timeout().multipliedBy(PATIENCE)));
        conflicts.requireNone(Installation.DIRECTORY, answer);
        if (!answer.word().equals(expected)) {
            view.requirePresent(answer.state());
            throw new FailureException(ErrorCode.DESTINATION_IO, what + " at " + config.where() + " had no answer");
        }
        return answer;
    }
}
