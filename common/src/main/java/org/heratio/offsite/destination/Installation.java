package org.heratio.offsite.destination;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.text.Printable;

/**
 * An installation that ships to a destination, as it announced itself there.
 *
 * @param id the ledger's installation id
 * @param host the host that announced it last; empty when that is not known
 * @param backups the hash of host, path and inode of the backup directory, as {@link #of} makes it; empty when that is not known
 */
public record Installation(String id, String host, String backups) {

    /** The directory of announcements, relative to the root. */
    public static final String DIRECTORY = OwnerTag.DIRECTORY + "/installations";

    /** The longest announcement that is read, in bytes. */
    public static final int MAX_BYTES = 1024;

    private static final Pattern HOST = Pattern.compile("^host (.{1,255})$", Pattern.MULTILINE);
    private static final Pattern BACKUPS = Pattern.compile("^backups ([0-9a-f]{64})$", Pattern.MULTILINE);
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,80}");

    /** An installation of whose backup directory nothing is known. */
    public Installation(String id, String host) {
        this(id, host, "");
    }

    /** An installation of this host. The hash tells others of the same directory, and not which one it is. */
    public static Installation of(String id, String host, Path backups) {
        return new Installation(id, host, hashOf(host, backups));
    }

    private static String hashOf(String host, Path backups) {
        Path real;
        try {
            real = backups.toRealPath();
        } catch (IOException e) {
            real = backups.toAbsolutePath().normalize();
        }
        return Digests.ofText(host + "\n" + real + "\n" + inode(real));
    }

    /** Returns device and inode: cloned hosts and containers may share names and paths. Empty where the system has none. */
    private static String inode(Path directory) {
        try {
            return new TreeMap<>(Files.readAttributes(directory, "unix:dev,ino")).toString();
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return "";
        }
    }

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
                + host + "\n" + (backups.isEmpty() ? "" : "backups " + backups + "\n");
    }

    /** The installation behind an announcement's file. */
    public static Installation parse(String id, String content) {
        Matcher matcher = HOST.matcher(content);
        Matcher directory = BACKUPS.matcher(content);
        return new Installation(id, matcher.find() ? matcher.group(1) : "", directory.find() ? directory.group(1) : "");
    }

    /** For messages: the id, and the host where it is known. */
    public String shown() {
        return host.isEmpty() ? id : id + " (host " + Printable.of(host) + ")";
    }
}
