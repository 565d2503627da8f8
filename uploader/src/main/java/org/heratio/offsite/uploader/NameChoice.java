package org.heratio.offsite.uploader;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.Occupant;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.RemoteNames;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Copies;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Version;

/**
 * Decides what a copy is called at its destination, so that nothing is overwritten there that is not this copy itself: what
 * ransomware, another installation or a person put at the name stays as it is, and the copy gets a variant of the name.
 */
final class NameChoice {

    private static final int VARIANTS = 100;

    private final Copies copies;
    private final Destination destination;
    private final Neighbours neighbours;

    NameChoice(Copies copies, Destination destination, Neighbours neighbours) {
        this.copies = copies;
        this.destination = destination;
        this.neighbours = neighbours;
    }

    /**
     * @param alreadyThere whether the payload is at the name already: an earlier try got through, and was cut before it was noted
     * @param replacesUntagged whether the ledger says that a file without an owner at the name is this copy
     */
    record Target(String name, boolean alreadyThere, boolean replacesUntagged) {
        private static Target free(String name) {
            return new Target(name, false, false);
        }
    }

    /** @param refused names that the destination did not give to this copy a moment ago */
    Target choose(Copy copy, Version version, Payload payload, Set<String> refused)
            throws FailureException, InterruptedException {
        Version named = neighbours.needOwnNames() ? RemoteNames.owned(version, neighbours.installation()) : version;
        for (int number = 0; number <= VARIANTS; number++) {
            Set<String> names = number == 0 ? firstChoices(copy, named, payload) : variants(named, payload, number);
            for (String name : names) {
                Optional<Target> target =
                        refused.contains(name) ? Optional.empty() : consider(name, copy, version, payload);
                if (target.isPresent()) {
                    return target.get();
                }
            }
        }
        throw new FailureException(
                ErrorCode.DESTINATION_NAME_TAKEN,
                "all names for " + version.remoteName() + " are taken at " + destination.driver()
                        + " by files that are not ours",
                "look who else writes there; move those files away, or use a directory or prefix of its own");
    }

    /** A variant of the name, and one in another directory: where a file is in place of the directory, nothing can be in that. */
    private Set<String> variants(Version version, Payload payload, int number) {
        Set<String> names = new LinkedHashSet<>();
        names.add(RemoteNames.variant(version, payload, destination.capabilities(), number));
        RemoteNames.moved(version, payload, destination.capabilities(), number).ifPresent(names::add);
        return names;
    }

    /** The names that were noted before, as far as they are names for such a payload, and the regular one. */
    private Set<String> firstChoices(Copy copy, Version version, Payload payload) {
        Set<String> names = new LinkedHashSet<>();
        Copy.PendingPut pendingPut = copy.pendingPut();
        if (pendingPut != null && !pendingPut.remotePath().isEmpty() && pendingPut.encrypted() == payload.encrypted()) {
            nameOf(pendingPut.remotePath()).ifPresent(names::add);
        }
        if (copy.shipped() && !copy.staysBesideNext() && copy.encrypted() == payload.encrypted()) {
            nameOf(copy.remotePath()).ifPresent(names::add);
        }
        names.add(RemoteNames.of(version, payload, destination.capabilities()));
        return names;
    }

    /** Empty when the destination was configured to another place since. */
    private Optional<String> nameOf(String remotePath) {
        try {
            return Optional.of(destination.nameOf(remotePath));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Optional<Target> consider(String name, Copy copy, Version version, Payload payload)
            throws FailureException, InterruptedException {
        String path = destination.remotePath(name);
        Optional<Copy> holder = copies.at(destination.driver(), path);
        boolean others = holder.isPresent() && holder.get().id() != copy.id();
        boolean kept = copy.staysBesideNext() && path.equals(copy.remotePath());
        if (others || kept) {
            return Optional.empty();
        }
        Optional<Occupant> there;
        try {
            there = destination.look(name);
        } catch (FailureException e) {
            if (e.failure().code() == ErrorCode.DESTINATION_NAME_TAKEN) {
                return Optional.empty();
            }
            throw e;
        }
        if (there.isEmpty()) {
            return Optional.of(Target.free(name));
        }
        return there.get().belongsToAnother(neighbours.installation())
                ? Optional.empty()
                : considerOurs(there.get(), path, copy, version, payload);
    }

    private static Optional<Target> considerOurs(
            Occupant there, String path, Copy copy, Version version, Payload payload) {
        String name = there.copy().name();
        if (copy.shipped() && path.equals(copy.remotePath())) {
            // what its metadata say of the right bytes counts for nothing here: the bytes may be what is wrong with it
            return describesOthers(there, copy, payload)
                    ? Optional.empty()
                    : Optional.of(new Target(name, false, true));
        }
        if (holds(there.copy(), payload)) {
            return Optional.of(new Target(name, true, false));
        }
        OwnerTag tag = there.tag();
        if (tag != null) {
            // an earlier try at this copy, whatever payload it sent and the ledger has noted since
            return TransferId.isOf(copy, version, tag, path, there.copy().sha256())
                    ? Optional.of(Target.free(name))
                    : Optional.empty();
        }
        Copy.PendingPut pendingPut = copy.pendingPut();
        return pendingPut != null && path.equals(pendingPut.remotePath()) && isTried(there.copy(), pendingPut, payload)
                ? Optional.of(new Target(name, false, true))
                : Optional.empty();
    }

    /**
     * Returns whether a file without an owner is described as bytes that this copy never had: another installation, or Heratio, has put
     * its own there since, and they may be nowhere else.
     */
    private static boolean describesOthers(Occupant there, Copy copy, Payload payload) {
        String described = there.copy().sha256();
        Copy.PendingPut pendingPut = copy.pendingPut();
        return there.tag() == null
                && described != null
                && !described.equals(copy.sha256())
                && !described.equals(payload.sha256())
                && (pendingPut == null || !described.equals(pendingPut.sha256()));
    }

    /** Returns whether a file without an owner is what the put that was noted left: a build that knew no owners made it. */
    private static boolean isTried(Stored there, Copy.PendingPut pendingPut, Payload payload) {
        return there.sha256() == null
                ? there.size() == payload.size()
                : there.sha256().equals(pendingPut.sha256());
    }

    private static boolean holds(Stored there, Payload payload) {
        return there.size() == payload.size() && payload.sha256().equals(there.sha256());
    }
}
