package org.heratio.offsite.app.e2e;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Counts what kills have hit: a process may have been at several things at once. */
final class KillTally {
    private final Map<KillPoint, Integer> phases = new EnumMap<>(KillPoint.class);
    private final Map<String, Integer> victims = new TreeMap<>();
    private int ended;

    /** Kills a process, and looks what it left behind. */
    void kill(OffsiteHome home, String command, OffsiteProcess process) throws IOException, InterruptedException {
        if (!process.running()) {
            ended++;
            return;
        }
        process.kill();
        victims.merge(command, 1, Integer::sum);
        boolean somewhere = false;
        for (KillPoint point : KillPoint.PHASES) {
            if (point.isAt(home, process)) {
                phases.merge(point, 1, Integer::sum);
                somewhere = true;
            }
        }
        if (!somewhere) {
            phases.merge(KillPoint.ANY, 1, Integer::sum);
        }
    }

    /** How many processes were killed while they ran. */
    int kills() {
        return victims.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** What was hit; {@code ANY} are those between two pieces of work. */
    Set<KillPoint> phases() {
        return phases.keySet();
    }

    @Override
    public String toString() {
        return kills() + " kills " + victims + ", hit " + phases + ", " + ended + " had ended before";
    }
}
