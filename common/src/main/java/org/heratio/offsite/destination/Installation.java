package org.heratio.offsite.destination;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.heratio.offsite.text.Printable;

/**
 * An installation that ships to a destination, as it announced itself there.
 *
 * @param id the ledger's installation id
 * @param host the host that announced it first; empty when that is not known
 */
public record Installation(String id, String host) {

    /** The directory of announcements, relative to the root. */
    public static final String DIRECTORY = OwnerTag.DIRECTORY + "/installations";

    /** The longest announcement that is read, in bytes. */
    public static final int MAX_BYTES = 1024;

    private static final Pattern HOST = Pattern.compile("^host (.{1,255})$", Pattern.MULTILINE);
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,80}");

    /** The file of its announcement, relative to the root. */
    public String file() {
        return DIRECTORY + "/" + id;
    }

    /** Returns whether a file name in {@link #DIRECTORY} is that of an announcement. */
    public static boolean isId(String fileName) {
        return ID.matcher(fileName).matches();
    }

    /** The content of the announcement. */
    public String content() {
        return "An installation of Heratio Offsite ships copies to this place. Remove this file when it no longer does.\nhost "
                + host + "\n";
    }

    /** The installation behind an announcement's file. */
    public static Installation parse(String id, String content) {
        Matcher matcher = HOST.matcher(content);
        return new Installation(id, matcher.find() ? matcher.group(1) : "");
    }

    /** For messages: the id, and the host where it is known. */
    public String shown() {
        return host.isEmpty() ? id : id + " (host " + Printable.of(host) + ")";
    }
}
