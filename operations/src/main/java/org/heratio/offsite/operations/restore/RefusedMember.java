package org.heratio.offsite.operations.restore;

import java.io.Serial;

/** A member of an archive that is not extracted, since it could do harm, or cannot be written here. The others are. */
final class RefusedMember extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    RefusedMember(String why) {
        super(why);
    }
}
