package org.heratio.offsite.turn;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.ledger.DueVersion;
import org.heratio.offsite.turn.Lane.Standing;
import org.jspecify.annotations.Nullable;

/**
 * Decides which of the archives that wait goes next. Archives of one directory whose names differ only in their digits are a lane: most
 * likely one job wrote all of them. Lanes take turns, so that ten thousand archives of one lane delay another one by an archive or two. Lanes
 * whose last archive was good get four turns of seven, those that are new get two, and those whose last archive failed get one. Every
 * other turn of a standing goes to the newest lane that had none yet, so that many lanes do not delay the one that comes after them.
 *
 * <p>Beyond a thousand lanes, archives share one if their directory, their ending and the first two characters of their names are the same.
 * Beyond two thousand, one lane has the rest. Lanes that were good before never share.
 *
 * <p>Holds a bounded part of what waits: the rest goes in the order of the queue, or read later. Thread-safe.
 */
final class Lanes {
    static final int MOST_LANES = 1_000;

    private static final List<Standing> CYCLE = List.of(
            Standing.GOOD, Standing.NEW, Standing.GOOD, Standing.FAILING, Standing.GOOD, Standing.NEW, Standing.GOOD);

    private static final Pattern DIGITS = Pattern.compile("[0-9]+");
    private static final Pattern ENDING = Pattern.compile("(\\.[A-Za-z]{1,4})?\\.[A-Za-z0-9]{1,8}$");
    private static final int LETTERS = 2;

    /** The lane of all that has no other one. */
    private static final String REST = "";

    /** An archive that waits here, and its lane. */
    private record Held(Lane lane, DueVersion version) {}

    /**
     * The place in the ledger from where on a lane has more.
     *
     * @param from comes just before it
     */
    record More(Lane lane, DueVersion from) {}

    private final Map<String, Lane> lanes = new LinkedHashMap<>();
    private final Map<Long, Held> held = new HashMap<>();
    /** The lanes that were heard of last, the latest one at the end. */
    private final Set<String> good = new LinkedHashSet<>();

    private final Set<String> failing = new LinkedHashSet<>();
    /** How many workers have a version: a message may be delivered twice. */
    private final Map<Long, Integer> inHand = new HashMap<>();

    private final Map<Standing, Integer> turnsOf = new EnumMap<>(Standing.class);
    private int at;
    private long turns;

    /** Returns the lane of an archive, as a hash: names are long, and others choose them. */
    static String of(String path) {
        int name = path.lastIndexOf('/') + 1;
        return Digests.ofText(
                path.substring(0, name) + DIGITS.matcher(path.substring(name)).replaceAll("#"));
    }

    /** Returns the lane that an archive shares with others where there are too many lanes. */
    private static String shared(String path) {
        int at = path.lastIndexOf('/') + 1;
        String name = path.substring(at);
        Matcher ending = ENDING.matcher(name);
        // no path has such a character
        return Digests.ofText(path.substring(0, at)
                + '\0'
                + name.substring(0, Math.min(LETTERS, name.length()))
                + '\0'
                + (ending.find() ? ending.group() : ""));
    }

    /** Takes in an archive that waits. Idempotent. */
    synchronized void add(DueVersion version) {
        long id = version.versionId();
        if (inHand.containsKey(id) || held.containsKey(id)) {
            return;
        }
        Lane lane = laneOf(version.path());
        held.put(id, new Held(lane, version));
        lane.add(version).ifPresent(dropped -> held.remove(dropped.versionId()));
    }

    private Lane laneOf(String path) {
        String own = of(path);
        // lanes that were good are bounded by what is remembered of them
        if (lanes.containsKey(own) || lanes.size() < MOST_LANES || good.contains(own)) {
            return lane(own, false);
        }
        String shared = shared(path);
        return lane(lanes.containsKey(shared) || lanes.size() < 2 * MOST_LANES ? shared : REST, true);
    }

    private Lane lane(String key, boolean shared) {
        return lanes.computeIfAbsent(key, begun -> new Lane(begun, shared, standing(begun), turns));
    }

    private Standing standing(String lane) {
        if (good.contains(lane)) {
            return Standing.GOOD;
        }
        return failing.contains(lane) ? Standing.FAILING : Standing.NEW;
    }

    /**
     * Gives a turn to the archive whose message came, or to another one.
     *
     * @return the other one, which is no longer held, or empty
     */
    synchronized Optional<DueVersion> insteadOf(long versionId, String path) {
        if (lanes.size() >= MOST_LANES) {
            lanes.values().removeIf(Lane::isUsedUp);
        }
        Held present = held.get(versionId);
        Lane own = present == null ? laneOf(path) : present.lane();
        for (int i = 0; i < CYCLE.size(); i++) {
            Standing standing = CYCLE.get((at + i) % CYCLE.size());
            Lane next = next(standing, own);
            if (next != null) {
                at = (at + i + 1) % CYCLE.size();
                turnsOf.merge(standing, 1, Integer::sum);
                Optional<DueVersion> first = next.serve(++turns, next.equals(own));
                drop(first.map(DueVersion::versionId).orElse(versionId));
                return first.filter(other -> other.versionId() != versionId);
            }
        }
        return Optional.empty();
    }

    /** Returns the lane of that standing that waits longest for its turn, or every other time the newest one, or null. */
    private @Nullable Lane next(Standing standing, Lane own) {
        Lane longest = null;
        Lane newest = null;
        for (Lane lane : lanes.values()) {
            if (lane.standing == standing && (lane.waits() || lane.equals(own))) {
                longest = longest == null || lane.served < longest.served ? lane : longest;
                newest = lane.fresh ? lane : newest;
            }
        }
        boolean newestNext = turnsOf.getOrDefault(standing, 0) % 2 == 1;
        return newestNext && newest != null ? newest : longest;
    }

    private void drop(long versionId) {
        Held dropped = held.remove(versionId);
        if (dropped != null) {
            dropped.lane().remove(dropped.version());
        }
    }

    /** Returns from where on the ledger has more of a lane that is used up, that archive included; or empty. */
    synchronized Optional<More> refill() {
        Lane empty = null;
        for (Lane lane : lanes.values()) {
            if (lane.needsMore() && (empty == null || lane.served < empty.served)) {
                empty = lane;
            }
        }
        if (empty == null) {
            return Optional.empty();
        }
        Lane lane = empty;
        return lane.takeMore()
                .map(first -> new More(lane, new DueVersion(first.dueAt(), first.versionId() - 1, first.path())));
    }

    /** Says that the ledger has been read up to an archive on behalf of a lane, and may have more of it behind that. */
    synchronized void moreBehind(DueVersion last, Lane lane) {
        Lane present = lanes.putIfAbsent(lane.key, lane);
        (present == null ? lane : present).moreFrom(new DueVersion(last.dueAt(), last.versionId() + 1, last.path()));
    }

    synchronized boolean holdsAny() {
        return !held.isEmpty();
    }

    /** Returns the path of an archive that is held, or empty. */
    synchronized Optional<String> pathOf(long versionId) {
        return Optional.ofNullable(held.get(versionId))
                .map(waiting -> waiting.version().path());
    }

    synchronized void began(long versionId) {
        inHand.merge(versionId, 1, Integer::sum);
        drop(versionId);
    }

    synchronized void ended(long versionId) {
        inHand.computeIfPresent(versionId, (id, workers) -> workers == 1 ? null : workers - 1);
    }

    synchronized boolean busy() {
        return !inHand.isEmpty();
    }

    synchronized void wasGood(String path) {
        String lane = of(path);
        failing.remove(lane);
        latest(good, lane);
        mark(lane, path, Standing.GOOD);
    }

    synchronized void failed(String path) {
        String lane = of(path);
        good.remove(lane);
        latest(failing, lane);
        mark(lane, path, Standing.FAILING);
    }

    private void mark(String key, String path, Standing standing) {
        Lane lane = lanes.get(key);
        if (lane == null) {
            lane = lanes.get(shared(path));
        }
        if (lane == null) {
            lane = lanes.get(REST);
        }
        if (lane != null) {
            lane.standing = standing;
        }
    }

    private static void latest(Set<String> memory, String lane) {
        memory.remove(lane);
        memory.add(lane);
        if (memory.size() > MOST_LANES) {
            memory.remove(memory.iterator().next());
        }
    }
}
