package org.heratio.offsite.encryptor;

import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.ledger.DueVersion;
import org.jspecify.annotations.Nullable;

/**
 * Decides which of the archives that wait is sealed next. Archives of one directory whose names differ only in their digits are a lane: most
 * likely one job wrote all of them. Lanes take turns, so that ten thousand archives of one lane delay another one by an archive or two. Lanes
 * whose last archive was good get four turns of seven, those that are new get two, and those whose last archive was not whole get one.
 *
 * <p>Holds a bounded part of what waits: what it does not hold is sealed in the order of the queue. Thread-safe.
 */
final class Lanes {
    static final int MOST_LANES = 1_000;
    static final int MOST_WAITING = 20;

    private enum Standing {
        GOOD,
        NEW,
        FAILING
    }

    private static final List<Standing> CYCLE = List.of(
            Standing.GOOD, Standing.NEW, Standing.GOOD, Standing.FAILING, Standing.GOOD, Standing.NEW, Standing.GOOD);

    /** The archives of a lane, as far as they are held. */
    private static final class Lane {
        final Map<Long, DueVersion> waiting = new LinkedHashMap<>();

        /** The first one that is not held, or null. */
        @Nullable
        DueVersion more;

        /** The number of the last turn it had. */
        long served;
    }

    private final Map<String, Lane> lanes = new LinkedHashMap<>();
    /** The lanes that were heard of last, the latest one at the end. */
    private final Set<String> good = new LinkedHashSet<>();

    private final Set<String> failing = new LinkedHashSet<>();
    private final Set<Long> inHand = new HashSet<>();
    private int at;
    private long turns;

    /** Returns the lane of an archive, as a hash: names are long, and others choose them. */
    static String of(String path) {
        int name = path.lastIndexOf('/') + 1;
        return Digests.ofText(path.substring(0, name) + path.substring(name).replaceAll("[0-9]+", "#"));
    }

    /** The lane that archives of a directory share once there are too many lanes. */
    private static String ofDirectory(String path) {
        return Digests.ofText(path.substring(0, path.lastIndexOf('/') + 1));
    }

    /** Takes in an archive that waits. Idempotent. */
    synchronized void add(DueVersion version) {
        Lane lane = lanes.get(laneFor(version.path()));
        if (lane == null || inHand.contains(version.versionId())) {
            return;
        }
        if (lane.waiting.size() < MOST_WAITING || lane.waiting.containsKey(version.versionId())) {
            lane.waiting.put(version.versionId(), version);
        } else if (lane.more == null || version.compareTo(lane.more) < 0) {
            lane.more = version;
        }
    }

    /** Returns the lane of an archive, which is there unless there is no room for more of them. */
    private String laneFor(String path) {
        String key = of(path);
        if (lanes.containsKey(key)) {
            return key;
        }
        // lanes that were good are bounded by what is remembered of them
        if (lanes.size() >= MOST_LANES && !good.contains(key)) {
            key = ofDirectory(path);
        }
        if (lanes.size() < 2 * MOST_LANES) {
            lanes.computeIfAbsent(key, any -> new Lane());
        }
        return key;
    }

    /**
     * Gives a turn to the archive whose message came, or to another one.
     *
     * @return the other one, which is no longer held, or empty
     */
    synchronized Optional<DueVersion> insteadOf(long versionId, String path) {
        String own = laneFor(path);
        for (int i = 0; lanes.containsKey(own) && i < CYCLE.size(); i++) {
            Lane next = next(CYCLE.get((at + i) % CYCLE.size()), own);
            if (next != null) {
                at = (at + i + 1) % CYCLE.size();
                next.served = ++turns;
                return next.equals(lanes.get(own)) ? itself(next, versionId) : another(next);
            }
        }
        return Optional.empty();
    }

    /** Returns the lane of that standing that waits longest for its turn, or null. */
    private @Nullable Lane next(Standing standing, String own) {
        Lane next = null;
        for (Map.Entry<String, Lane> each : lanes.entrySet()) {
            Lane lane = each.getValue();
            lane.waiting.keySet().removeAll(inHand);
            boolean waits = !lane.waiting.isEmpty() || each.getKey().equals(own);
            if (waits && standing(each.getKey()) == standing && (next == null || lane.served < next.served)) {
                next = lane;
            }
        }
        return next;
    }

    private static Optional<DueVersion> itself(Lane lane, long versionId) {
        lane.waiting.remove(versionId);
        return Optional.empty();
    }

    private static Optional<DueVersion> another(Lane lane) {
        Iterator<DueVersion> waiting = lane.waiting.values().iterator();
        DueVersion first = waiting.next();
        waiting.remove();
        return Optional.of(first);
    }

    private Standing standing(String lane) {
        if (good.contains(lane)) {
            return Standing.GOOD;
        }
        return failing.contains(lane) ? Standing.FAILING : Standing.NEW;
    }

    /** Returns from where on the ledger has more of a lane that is used up, that archive included, and forgets it; or empty. */
    synchronized Optional<DueVersion> refill() {
        lanes.values()
                .removeIf(lane -> lane.waiting.isEmpty() && lane.more == null && lane.served + MOST_LANES < turns);
        Lane empty = null;
        for (Lane lane : lanes.values()) {
            if (lane.more != null && lane.waiting.isEmpty() && (empty == null || lane.served < empty.served)) {
                empty = lane;
            }
        }
        if (empty == null || empty.more == null) {
            return Optional.empty();
        }
        DueVersion from = empty.more;
        empty.more = null;
        return Optional.of(new DueVersion(from.dueAt(), from.versionId() - 1, from.path()));
    }

    /** Says that the ledger has been read up to an archive on behalf of a lane, and may have more of it behind that. */
    synchronized void moreBehind(DueVersion last, String path) {
        Lane lane = lanes.get(of(path));
        if (lane != null && lane.more == null) {
            lane.more = new DueVersion(last.dueAt(), last.versionId() + 1, path);
        }
    }

    synchronized void began(long versionId) {
        inHand.add(versionId);
    }

    synchronized void ended(long versionId) {
        inHand.remove(versionId);
    }

    synchronized boolean busy() {
        return !inHand.isEmpty();
    }

    synchronized void wasGood(String path) {
        String lane = of(path);
        failing.remove(lane);
        latest(good, lane);
    }

    synchronized void failed(String path) {
        String lane = of(path);
        good.remove(lane);
        latest(failing, lane);
    }

    private static void latest(Set<String> memory, String lane) {
        memory.remove(lane);
        memory.add(lane);
        if (memory.size() > MOST_LANES) {
            memory.remove(memory.iterator().next());
        }
    }
}
