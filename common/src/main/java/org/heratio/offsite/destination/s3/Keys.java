package org.heratio.offsite.destination.s3;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/** How names become keys, and back. */
final class Keys {
    /** Begins the name of what {@code doctor} puts for a moment; no copy. */
    static final String PROBE = ".offsite-probe-";

    private static final int MAX_KEY_BYTES = 1024;

    private final String prefix;

    Keys(String prefix) {
        this.prefix = prefix.isEmpty() ? "" : prefix + "/";
    }

    /** Returns the prefix of all our keys: empty, or a text that ends with a slash. */
    String prefix() {
        return prefix;
    }

    String key(String name) {
        return prefix + name;
    }

    /** Returns the key of a name that a copy can have. Heratio has written keys with two slashes, and a copy is put again where it was. */
    String usable(String name) throws FailureException {
        String key = key(name);
        if (OwnerTag.isReserved(name) || name.startsWith(PROBE)) {
            throw new FailureException(
                    ErrorCode.ARCHIVE_NAME_UNUSABLE,
                    "a copy cannot be called " + name + ": offsite keeps files of its own there",
                    "leave " + name + " out of BACKUP_OFFSITE_INCLUDE");
        }
        if (leadsOut(name)) {
            throw new FailureException(ErrorCode.ARCHIVE_NAME_UNUSABLE, "'" + name + "' is no name of a copy");
        }
        if (isTooLong(key)) {
            throw new FailureException(
                    ErrorCode.ARCHIVE_NAME_UNUSABLE,
                    "the key '" + key + "' has more than " + MAX_KEY_BYTES + " bytes",
                    "give the archive a shorter path, or BACKUP_OFFSITE_S3_PREFIX a shorter value");
        }
        return key;
    }

    private static boolean leadsOut(String name) {
        return name.isEmpty()
                || Arrays.stream(name.split("/", -1)).anyMatch(part -> part.equals(".") || part.equals(".."));
    }

    private static boolean isTooLong(String key) {
        return key.getBytes(StandardCharsets.UTF_8).length > MAX_KEY_BYTES;
    }

    /** Returns whether a name is that of a copy, and not that of something beside copies. */
    static boolean isCopy(String name) {
        return !name.startsWith(PROBE) && !OwnerTag.isReserved(name);
    }

    /** Returns whether an object can have a name. */
    boolean isPossible(String name) {
        return !leadsOut(name) && !isTooLong(key(name));
    }

    /** The name of a key, or empty when it is none of ours. */
    Optional<String> name(String key) {
        boolean ours = key.startsWith(prefix) && key.length() > prefix.length() && !key.endsWith("/");
        return ours ? Optional.of(key.substring(prefix.length())) : Optional.empty();
    }
}
