package org.heratio.offsite.member;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A member of an archive, as its header says. Nothing of that is checked: a name may lead anywhere.
 *
 * @param name with slashes
 * @param readable whether the name and the link are UTF-8; else they have replacement characters
 * @param size of the content that follows it in the archive, in bytes
 * @param mode permission bits, with those of setuid and others
 * @param link what a link points to; null for what is no link
 */
public record Member(
        String name,
        boolean readable,
        Kind kind,
        long size,
        Instant modified,
        int mode,
        @Nullable String link) {
    /** The kind of a member. */
    public enum Kind {
        FILE,
        DIRECTORY,
        SYMBOLIC_LINK,
        HARD_LINK,
        /** A file with holes, whose content is a map and the bytes between the holes. */
        SPARSE,
        /** A device, a pipe, or something that only some programs know. */
        OTHER
    }
}
