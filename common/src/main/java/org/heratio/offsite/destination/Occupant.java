package org.heratio.offsite.destination;

import org.jspecify.annotations.Nullable;

/**
 * The file or object at a name, and whose it is.
 *
 * @param copy what is there
 * @param tag its owner; null for copies of Heratio, of people and of builds that wrote no tags
 */
public record Occupant(Stored copy, @Nullable OwnerTag tag) {

    /** Returns whether another installation made it. */
    public boolean belongsToAnother(String installation) {
        return tag != null && !tag.installation().equals(installation);
    }
}
