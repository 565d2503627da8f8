package org.heratio.offsite.config;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds connections that leave this host unencrypted. In a private network that may be meant, so it is warned of and not refused. No
 * name is resolved: one that happens to lead to this host counts as another.
 */
public final class ClearText {
    private static final Set<String> SCHEMES = Set.of("http", "amqp");
    private static final Pattern IPV4_LOOPBACK = Pattern.compile("127(\\.\\d{1,3}){1,3}");

    private ClearText() {}

    /** Returns whether a URL has an unencrypted protocol, and another host. */
    public static boolean leavesThisHost(URI url) {
        return SCHEMES.contains(String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT)) && isOther(url.getHost());
    }

    /** Returns whether a host, if there is one, is another than this. */
    static boolean isOther(@Nullable String host) {
        if (host == null || host.isEmpty()) {
            return false;
        }
        String name = host.toLowerCase(Locale.ROOT);
        return !name.equals("localhost")
                && !name.endsWith(".localhost")
                && !IPV4_LOOPBACK.matcher(name).matches()
                && !isIpv6Loopback(name);
    }

    private static boolean isIpv6Loopback(String name) {
        try {
            // with a colon it is an address, which is not looked up
            return name.contains(":") && InetAddress.getByName(name).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
