package org.heratio.offsite.destination;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.heratio.offsite.archive.Digests;

/**
 * The record of who made a copy. It travels with each copy: as metadata on {@code s3}, else as a small file at {@link #fileFor} below the
 * root, so that {@code sha256sum -c} and other tools see payloads and sidecars alone.
 *
 * @param installation the ledger's installation id ({@link PutRequest#owner})
 * @param transferId the put that made it ({@link PutRequest#transferId})
 */
public record OwnerTag(String installation, String transferId) {

    /** The directory below a destination's root that is no copy and never listed. */
    public static final String DIRECTORY = ".offsite";

    /** The longest tag file that is read, in bytes. */
    public static final int MAX_BYTES = 4096;

    private static final String ID = "[A-Za-z0-9_-]{1,80}";
    private static final Pattern LINE = Pattern.compile("(" + ID + ") (" + ID + ")\\n.*", Pattern.DOTALL);

    public OwnerTag {
        if (!installation.matches(ID) || !transferId.matches(ID)) {
            throw new IllegalArgumentException("owner and transfer id consist of letters, digits and -");
        }
    }

    /** The tag that a put writes. */
    public static OwnerTag of(PutRequest request) {
        return new OwnerTag(request.owner(), request.transferId());
    }

    /** The tag's file, relative to the root. A hash stands for the name: it is short, and no directory can be in its way. */
    public static String fileFor(String name) {
        return DIRECTORY + "/owners/" + Digests.ofText(name);
    }

    /** Returns whether a name is reserved for tags and the like, so that no copy can have it. */
    public static boolean isReserved(String name) {
        return name.equals(DIRECTORY) || name.startsWith(DIRECTORY + "/");
    }

    /** The content of the tag's file; the name is there for people. */
    public String content(String name) {
        return installation + " " + transferId + "\n" + name + "\n";
    }

    /** The tag that a file holds; empty when the file holds none. */
    public static Optional<OwnerTag> parse(String content) {
        Matcher matcher = LINE.matcher(content);
        return matcher.matches() ? Optional.of(new OwnerTag(matcher.group(1), matcher.group(2))) : Optional.empty();
    }
}
