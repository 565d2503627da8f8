package org.heratio.offsite.destination.s3;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/** The objects by which installations announce themselves; putting one shows whether the store heeds conditions. */
final class Announcements {
    /** More than share a prefix; each is read. */
    private static final int MOST = 100;

    private final Store store;
    private final Keys keys;
    private final StoreFeatures features;
    private final ObjectHeaders unlocked;
    private final @Nullable ObjectHeaders locked;

    /**
     * @param unlocked what a bucket may demand of each object, without a lock
     * @param locked the same with the lock that copies get, for a bucket that takes nothing without one; null where they get none
     */
    Announcements(
            Store store, Keys keys, StoreFeatures features, ObjectHeaders unlocked, @Nullable ObjectHeaders locked) {
        this.store = store;
        this.keys = keys;
        this.features = features;
        this.unlocked = unlocked;
        this.locked = locked;
    }

    /**
     * Returns whether no put of this process can replace what another installation puts at the same moment. Uploads in parts are tried
     * only where another installation is announced: one that comes later finds this one, and tries them itself.
     */
    boolean announce(Installation self) throws FailureException, InterruptedException {
        try {
            return announce(self, unlocked);
        } catch (FailureException e) {
            if (locked == null || e.failure().code() != ErrorCode.DESTINATION_DENIED) {
                throw e;
            }
            return announce(self, locked);
        }
    }

    private boolean announce(Installation self, ObjectHeaders headers) throws FailureException, InterruptedException {
        String key = keys.key(self.file());
        ConditionTrial trial = new ConditionTrial(store, headers, key, self.content());
        boolean refused = trial.putIsRefused();
        if (!refused) {
            // the first one made it; the second has to be refused
            refused = trial.putIsRefused();
        }
        if (!refused) {
            features.puts().doWithout(Condition.NOTHING_THERE, "an announcement was put twice");
            if (store.head(key).isEmpty()) {
                trial.put(Condition.NONE);
            }
            return false;
        }
        features.puts().prove();
        if (differs(key, self)) {
            trial.put(Condition.NONE);
        }
        if (!hasOthersThan(self.id())) {
            return true;
        }
        if (trial.completionIsRefused()) {
            features.completions().prove();
        }
        return features.completions().isProven();
    }

    /** Returns whether an announcement with another content is there, as of an older build or another host. */
    private boolean differs(String key, Installation self) throws FailureException, InterruptedException {
        return store.beginning(key, Installation.MAX_BYTES)
                .filter(content -> !new String(content, StandardCharsets.UTF_8).equals(self.content()))
                .isPresent();
    }

    /** Returns whether another installation is announced. */
    boolean hasOthersThan(String installation) throws FailureException, InterruptedException {
        return !ids().stream().allMatch(installation::equals);
    }

    List<Installation> installations() throws FailureException, InterruptedException {
        List<Installation> found = new ArrayList<>();
        for (String id : ids()) {
            // however long it is; empty when it was deleted since
            store.beginning(keys.key(Installation.DIRECTORY + "/" + id), Installation.MAX_BYTES)
                    .map(content -> new String(content, StandardCharsets.UTF_8))
                    .ifPresent(content -> found.add(Installation.parse(id, content)));
        }
        return found;
    }

    private List<String> ids() throws FailureException, InterruptedException {
        String directory = keys.key(Installation.DIRECTORY + "/");
        List<String> ids = new ArrayList<>();
        store.list(directory, object -> {
            String id = object.key().substring(directory.length());
            if (ids.size() < MOST && Installation.isId(id)) {
                ids.add(id);
            }
        });
        return ids;
    }
}
