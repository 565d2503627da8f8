package org.heratio.offsite.dashboard.http;

import io.vertx.core.Handler;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.heratio.offsite.config.Setting;
import org.heratio.offsite.text.Printable;

/**
 * Refuses requests under a name that is not this server's. A foreign page whose name leads here by a trick of its DNS would otherwise be of
 * the same origin.
 */
public final class HostCheck implements Handler<RoutingContext> {
    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[?[0-9a-f]*:[0-9a-f:.]+]?");

    private final Set<String> names;

    /** @param names in small letters */
    public HostCheck(List<String> names) {
        this.names = Set.copyOf(names);
    }

    @Override
    public void handle(RoutingContext request) {
        HostAndPort authority = request.request().authority();
        String host = authority == null ? "" : authority.host().toLowerCase(Locale.ROOT);
        if (host.equals("localhost")
                || names.contains(host)
                || ADDRESS.matcher(host).matches()) {
            request.next();
            return;
        }
        Answers.problem(
                request,
                new Problem(
                        421,
                        "HOST_UNKNOWN",
                        "Not a name of this server",
                        "the page is not opened under the name '" + Printable.of(host) + "'",
                        "add the name to " + Setting.BACKUP_OFFSITE_DASHBOARD_HOSTS));
    }
}
