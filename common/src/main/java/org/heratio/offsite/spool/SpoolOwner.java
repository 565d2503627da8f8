package org.heratio.offsite.spool;

import java.util.random.RandomGenerator;
import org.heratio.offsite.process.ProcessIdentity;

/**
 * The process that wrote a file into the spool, as its name tells it.
 *
 * @param host the begin of {@link ProcessIdentity#host}: only there do the other two mean anything
 * @param pid process id
 * @param started {@link ProcessIdentity#started}; process ids come back
 * @param instance tells several spools of one process apart
 */
record SpoolOwner(String host, long pid, long started, String instance) {
    private static final int HOST_DIGITS = 8;

    /** The state of the process that wrote a file. */
    enum Life {
        SELF,
        ALIVE,
        DEAD,
        /** On another host, before this one was started, or another spool of this process: nobody can tell. */
        ELSEWHERE
    }

    static SpoolOwner self(RandomGenerator random) {
        ProcessIdentity me = ProcessIdentity.ofThisProcess();
        return new SpoolOwner(
                me.host().substring(0, HOST_DIGITS),
                me.pid(),
                me.started(),
                String.format("%04x", random.nextInt(1 << 16)));
    }

    Life lifeSeenBy(SpoolOwner self) {
        if (equals(self)) {
            return Life.SELF;
        }
        if (!host.equals(self.host) || (pid == self.pid && started == self.started)) {
            return Life.ELSEWHERE;
        }
        return switch (ProcessIdentity.life(pid, started)) {
            case ALIVE -> Life.ALIVE;
            case DEAD -> Life.DEAD;
            case UNKNOWN -> Life.ELSEWHERE;
        };
    }
}
