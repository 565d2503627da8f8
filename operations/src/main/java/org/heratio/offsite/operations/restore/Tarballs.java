package org.heratio.offsite.operations.restore;

import java.util.Locale;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/** Archives that members are taken out of, by their names. */
public final class Tarballs {
    /** Deflated data unpacks to so many times its size at most. */
    private static final long DEFLATE = 1_032;

    private static final String ENDING = "(?i)\\.(tar|tar\\.gz|tgz)$";

    private Tarballs() {}

    /** Returns the name of a tarball without its ending. */
    public static String baseName(String archive) {
        return archive.replaceFirst(ENDING, "");
    }

    /** Throws {@code CONTENT_MISSING} for other archives: better before than after hours. */
    static void require(String archive) throws FailureException {
        String name = archive.toLowerCase(Locale.ROOT);
        if (name.length() > baseName(name).length()) {
            return;
        }
        String hint = "restore the whole archive, without --extract";
        if (name.endsWith(".zip")) {
            hint = "restore the whole archive, without --extract, and use 'unzip'";
        } else if (name.endsWith(".sql.gz") || name.endsWith(".sql")) {
            hint = "restore the whole dump, without --extract, or tables of it with --table";
        }
        throw new FailureException(
                ErrorCode.CONTENT_MISSING,
                "members are taken out of tarballs alone (.tar, .tar.gz, .tgz), and " + archive + " is none",
                hint,
                null);
    }

    /** Returns the most bytes that a tarball can unpack to, of which so many are stored. */
    static long mostUnpacked(String archive, long stored) {
        if (!Unpacking.isGzip(archive)) {
            return stored;
        }
        return stored > Long.MAX_VALUE / DEFLATE ? Long.MAX_VALUE : stored * DEFLATE;
    }
}
