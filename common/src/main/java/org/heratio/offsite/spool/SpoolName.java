package org.heratio.offsite.spool;

import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a file in the spool: {@code v<version>-<random>-<host>-<pid>-<start>-<instance>.payload}, and while it is being written
 * {@code .<reserved bytes>.part} behind it. What is not named so is none of ours.
 *
 * @param sealed the name without the part ending
 * @param reserved bytes that the part may grow to, or -1 when it is no part
 */
record SpoolName(String sealed, SpoolOwner owner, long reserved) {
    /** The largest number of bytes that a name can reserve: 18 digits. */
    static final long MOST_RESERVED = 999_999_999_999_999_999L;

    private static final Pattern NAME = Pattern.compile(
            "(v[0-9]{1,19}-[0-9a-f]{16}-([0-9a-f]{8})-([0-9]{1,10})-([0-9]{1,15})-([0-9a-f]{4})\\.payload)(?:\\.([0-9]{1,18})\\.part)?");

    static SpoolName part(long versionId, SpoolOwner owner, long reserved, SecureRandom random) {
        String sealed = String.format(
                "v%d-%016x-%s-%d-%d-%s.payload",
                versionId, random.nextLong(), owner.host(), owner.pid(), owner.started(), owner.instance());
        return new SpoolName(sealed, owner, reserved);
    }

    static Optional<SpoolName> parse(String fileName) {
        Matcher m = NAME.matcher(fileName);
        if (!m.matches()) {
            return Optional.empty();
        }
        SpoolOwner owner =
                new SpoolOwner(m.group(2), Long.parseLong(m.group(3)), Long.parseLong(m.group(4)), m.group(5));
        return Optional.of(new SpoolName(m.group(1), owner, m.group(6) == null ? -1 : Long.parseLong(m.group(6))));
    }

    boolean isPart() {
        return reserved >= 0;
    }

    String fileName() {
        return isPart() ? sealed + "." + reserved + ".part" : sealed;
    }
}
