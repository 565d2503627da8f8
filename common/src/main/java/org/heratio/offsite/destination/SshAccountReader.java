package org.heratio.offsite.destination;

import java.util.regex.Pattern;
import org.heratio.offsite.config.DestinationReader;
import org.heratio.offsite.config.Parse;
import org.heratio.offsite.config.Setting;

/** Reads the settings of an {@link SshAccount}. Texts are empty when they are not set. */
public final class SshAccountReader {
    /** A name, also one of ssh's configuration, or an IPv4 address; or an IPv6 address, whose zone may stand behind a percent sign. */
    private static final Pattern HOST = Pattern.compile(
            "[\\p{L}\\p{N}_][\\p{L}\\p{N}._-]*|[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f.:]*(%[A-Za-z0-9._-]+)?");

    private final DestinationReader read;

    public SshAccountReader(DestinationReader read) {
        this.read = read;
    }

    /** Returns the host, which is required; an IPv6 address without its brackets, as ssh wants it. */
    public String host(Setting setting, Setting port) {
        String text = word(read.required(setting, "the host"), setting);
        String host = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        if (!host.isEmpty() && !HOST.matcher(host).matches()) {
            read.problem(
                    setting,
                    Parse.quoted(text) + " is neither a host's name nor an address",
                    "write a name or an address alone; the port is " + port);
        }
        return host;
    }

    /** Checks a host or a user: nothing that ssh could take for an option, or for another host. */
    public String word(String text, Setting setting) {
        if (text.startsWith("-") || text.matches("(?s).*[\\s@/].*")) {
            read.problem(
                    setting,
                    Parse.quoted(text) + " is not a name",
                    "write the name alone; user, host, port and path have settings of their own");
        }
        return text;
    }

    /** Returns the directory at the host, which is required. */
    public String directory(Setting setting) {
        String path = read.required(setting, "the directory at the host");
        if (!path.isEmpty() && !path.startsWith("/")) {
            read.problem(
                    setting,
                    Parse.quoted(path) + " is not absolute; the ledger holds absolute paths",
                    "write it from / on");
        }
        return path;
    }
}
