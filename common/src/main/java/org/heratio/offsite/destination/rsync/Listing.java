package org.heratio.offsite.destination.rsync;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.heratio.offsite.destination.Expected;
import org.heratio.offsite.destination.ListedNames;
import org.heratio.offsite.failure.FailureException;

/** Takes a listing apart while it arrives. */
final class Listing {
    /** More than a size and the longest path have. */
    private static final int MAX_ENTRY = 8 << 10;

    private static final String BELOW = "./";

    private Listing() {}

    /** @param what what is listed, for messages */
    static void read(Child child, Duration idle, String what, ListedNames names)
            throws IOException, InterruptedException, FailureException {
        byte[] buffer = new byte[8192];
        ByteArrayOutputStream entry = new ByteArrayOutputStream();
        for (int n = child.read(buffer, 0, buffer.length, idle);
                n >= 0;
                n = child.read(buffer, 0, buffer.length, idle)) {
            for (int i = 0; i < n; i++) {
                if (buffer[i] == 0) {
                    take(entry.toString(StandardCharsets.UTF_8), what, names);
                    entry.reset();
                } else if (entry.size() < MAX_ENTRY) {
                    entry.write(buffer[i]);
                } else {
                    throw Expected.wrong(what + ": an entry has more than " + MAX_ENTRY + " bytes");
                }
            }
        }
    }

    /** {@code <size> ./<name>}; a size that is missing belongs to a file that went away meanwhile. */
    private static void take(String entry, String what, ListedNames names) throws FailureException {
        int blank = entry.indexOf(' ');
        if (blank < 0 || !entry.startsWith(BELOW, blank + 1)) {
            throw Expected.wrong(what + ": an entry is not \"<size> ./<name>\"");
        }
        if (blank > 0) {
            long size = Expected.size(what, entry.substring(0, blank));
            names.file(entry.substring(blank + 1 + BELOW.length()), size);
        }
    }
}
