package org.heratio.offsite.uploader;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.RemoteNames;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Version;

/**
 * Decides what a copy is called at its destination, so that nothing is overwritten there that is not this copy itself: what
 * ransomware, another installation or a person put at the name stays as it is, and the copy gets a variant of the name.
 */
final class NameChoice {

    private static final int VARIANTS = 100;

    private final Ledger ledger;
    private final Destination destination;

    NameChoice(Ledger ledger, Destination destination) {
        this.ledger = ledger;
        this.destination = destination;
    }

    /**
     * @param alreadyThere whether the payload is at the name already: an earlier try got through, and was cut before it was noted
     */
    record Target(String name, boolean alreadyThere) {}

    Target choose(Copy copy, Version version, Payload payload) throws FailureException, InterruptedException {
        for (String name : firstChoices(copy, version, payload)) {
            Optional<Target> target = consider(name, copy, payload);
            if (target.isPresent()) {
                return target.get();
            }
        }
        for (int number = 1; number <= VARIANTS; number++) {
            String name = RemoteNames.variant(version, payload, destination.capabilities(), number);
            Optional<Target> target = consider(name, copy, payload);
            if (target.isPresent()) {
                return target.get();
            }
        }
        throw new FailureException(
                ErrorCode.DESTINATION_NAME_TAKEN,
                "all names for " + version.remoteName() + " are taken at " + destination.driver()
                        + " by files that are not ours",
                "look who else writes there; move those files away, or use a directory or prefix of its own");
    }

    /** The names that were noted before, as far as they are names for such a payload, and the regular one. */
    private Set<String> firstChoices(Copy copy, Version version, Payload payload) {
        Set<String> names = new LinkedHashSet<>();
        Copy.Intention intention = copy.intention();
        if (intention != null && !intention.remotePath().isEmpty() && intention.encrypted() == payload.encrypted()) {
            nameOf(intention.remotePath()).ifPresent(names::add);
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

    private Optional<Target> consider(String name, Copy copy, Payload payload)
            throws FailureException, InterruptedException {
        String path = destination.remotePath(name);
        Optional<Copy> holder = ledger.copyAt(destination.driver(), path);
        boolean others = holder.isPresent() && holder.get().id() != copy.id();
        boolean kept = copy.staysBesideNext() && path.equals(copy.remotePath());
        if (others || kept) {
            return Optional.empty();
        }
        Optional<Stored> there;
        try {
            there = destination.stat(name);
        } catch (FailureException e) {
            if (e.failure().code() == ErrorCode.DESTINATION_NAME_TAKEN) {
                return Optional.empty();
            }
            throw e;
        }
        if (there.isEmpty()) {
            return Optional.of(new Target(name, false));
        }
        if (copy.shipped() && path.equals(copy.remotePath())) {
            // what its metadata say counts for nothing here: the bytes may be what is wrong with it
            return Optional.of(new Target(name, false));
        }
        Copy.Intention intention = copy.intention();
        return intention != null && path.equals(intention.remotePath())
                ? triedName(there.get(), intention, payload)
                : strangersName(there.get(), payload);
    }

    /** At a name that was noted for this copy before a put lies what that put left there, or a stranger. */
    private static Optional<Target> triedName(Stored there, Copy.Intention intention, Payload payload) {
        if (holds(there, payload)) {
            return Optional.of(new Target(there.name(), true));
        }
        boolean earlierTry = there.sha256() == null
                ? there.size() == payload.size()
                : there.sha256().equals(intention.sha256());
        return earlierTry ? Optional.of(new Target(there.name(), false)) : Optional.empty();
    }

    /** At a name that the ledger knows nothing of lies the same payload (of a ledger that was lost), or something else, which not even {@code --force} may touch. */
    private static Optional<Target> strangersName(Stored there, Payload payload) {
        return holds(there, payload) ? Optional.of(new Target(there.name(), true)) : Optional.empty();
    }

    private static boolean holds(Stored there, Payload payload) {
        return there.size() == payload.size() && payload.sha256().equals(there.sha256());
    }
}
