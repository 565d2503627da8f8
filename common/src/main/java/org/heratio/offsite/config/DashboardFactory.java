package org.heratio.offsite.config;

import static org.heratio.offsite.config.Setting.*;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes the settings of the operators' page, and refuses those that would open it to everybody. */
final class DashboardFactory {
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[?(0{0,4}:){2,7}0{0,3}1]?", Pattern.CASE_INSENSITIVE);
    private static final Pattern ADDRESS = Pattern.compile(
            "OCTET(\\.OCTET){3}|\\[?[0-9A-Fa-f]*:[0-9A-Fa-f:.]+]?".replace("OCTET", "(25[0-5]|2[0-4]\\d|1?\\d?\\d)"));
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?");
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9-]{1,64}");

    private final SettingsReader read;
    private final List<String> warnings;

    DashboardFactory(SettingsReader read, List<String> warnings) {
        this.read = read;
        this.warnings = warnings;
    }

    Settings.Dashboard dashboard(Path state) {
        String host = read.text(BACKUP_OFFSITE_DASHBOARD_HOST);
        Settings.Dashboard.Tls tls = tls();
        if (tls == null && !read.bool(BACKUP_OFFSITE_DASHBOARD_PLAIN) && !isLoopback(host)) {
            read.problem(
                    BACKUP_OFFSITE_DASHBOARD_HOST,
                    Parse.quoted(host) + " is not the loopback interface, and the page has no TLS",
                    "set BACKUP_OFFSITE_DASHBOARD_CERT_FILE and _KEY_FILE, or BACKUP_OFFSITE_DASHBOARD_PLAIN=true behind a"
                            + " proxy that has TLS");
        }
        return new Settings.Dashboard(
                read.bool(BACKUP_OFFSITE_DASHBOARD),
                host,
                read.value(BACKUP_OFFSITE_DASHBOARD_PORT, Parse::port),
                read.path(BACKUP_OFFSITE_DASHBOARD_TOKEN_FILE, state.resolve("dashboard-token")),
                read.optionalPath(BACKUP_OFFSITE_DASHBOARD_READ_TOKEN_FILE),
                list(BACKUP_OFFSITE_DASHBOARD_HOSTS, DashboardFactory::name),
                tls,
                proxy(),
                metrics(tls));
    }

    private Settings.Dashboard.@Nullable Listen metrics(Settings.Dashboard.@Nullable Tls tls) {
        Settings.Dashboard.Listen listen = read.optional(BACKUP_OFFSITE_METRICS_LISTEN, DashboardFactory::listen);
        if (listen != null && tls == null && !read.bool(BACKUP_OFFSITE_DASHBOARD_PLAIN) && !isLoopback(listen.host())) {
            read.problem(
                    BACKUP_OFFSITE_METRICS_LISTEN,
                    Parse.quoted(listen.host()) + " is not the loopback interface, and the page has no TLS",
                    "set BACKUP_OFFSITE_DASHBOARD_CERT_FILE and _KEY_FILE, which count for metrics too, or"
                            + " BACKUP_OFFSITE_DASHBOARD_PLAIN=true in a network of your own");
        }
        return listen;
    }

    private static Settings.Dashboard.Listen listen(String text) throws BadValueException {
        int colon = text.lastIndexOf(':');
        if (colon <= 0) {
            throw new BadValueException(
                    Parse.quoted(text) + " is not an address with a port", "write it like 127.0.0.1:9464");
        }
        return new Settings.Dashboard.Listen(text.substring(0, colon), Parse.port(text.substring(colon + 1)));
    }

    private static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host).matches();
    }

    private Settings.Dashboard.@Nullable Tls tls() {
        Path cert = DestinationReader.file(read, BACKUP_OFFSITE_DASHBOARD_CERT_FILE, warnings);
        Path key = DestinationReader.secretFile(read, BACKUP_OFFSITE_DASHBOARD_KEY_FILE, warnings);
        if (cert != null && key != null) {
            return new Settings.Dashboard.Tls(cert, key);
        }
        if (cert != null || key != null) {
            read.problem(
                    cert == null ? BACKUP_OFFSITE_DASHBOARD_KEY_FILE : BACKUP_OFFSITE_DASHBOARD_CERT_FILE,
                    "a certificate and its key go together",
                    "set both BACKUP_OFFSITE_DASHBOARD_CERT_FILE and BACKUP_OFFSITE_DASHBOARD_KEY_FILE, or neither");
        }
        return null;
    }

    private Settings.Dashboard.@Nullable Proxy proxy() {
        List<String> peers = list(BACKUP_OFFSITE_DASHBOARD_PROXIES, DashboardFactory::address);
        String header = read.optional(BACKUP_OFFSITE_DASHBOARD_USER_HEADER, DashboardFactory::header);
        List<String> admins = list(BACKUP_OFFSITE_DASHBOARD_ADMINS, text -> text);
        if (header != null && !peers.isEmpty()) {
            return new Settings.Dashboard.Proxy(peers, header, admins);
        }
        Stream.of(
                        BACKUP_OFFSITE_DASHBOARD_PROXIES,
                        BACKUP_OFFSITE_DASHBOARD_USER_HEADER,
                        BACKUP_OFFSITE_DASHBOARD_ADMINS)
                .filter(read::given)
                .findFirst()
                .ifPresent(one -> read.problem(
                        one,
                        "a proxy is believed only if its address and its header are known",
                        "set both BACKUP_OFFSITE_DASHBOARD_PROXIES and BACKUP_OFFSITE_DASHBOARD_USER_HEADER, or none"));
        return null;
    }

    /** Checks one item of a list, and returns it in the form that is compared. */
    private interface Item {
        String of(String text) throws BadValueException;
    }

    private List<String> list(Setting setting, Item item) {
        return Objects.requireNonNullElse(
                read.optional(setting, text -> {
                    List<String> items = new ArrayList<>();
                    for (String each : Parse.list(text)) {
                        items.add(item.of(each));
                    }
                    return items;
                }),
                List.of());
    }

    private static String name(String text) throws BadValueException {
        String small = text.toLowerCase(Locale.ROOT);
        if (!NAME.matcher(small).matches()) {
            throw new BadValueException(
                    Parse.quoted(text) + " is no name of a host",
                    "write names without a port, like backups.example.org");
        }
        return small;
    }

    private static String address(String text) throws BadValueException {
        String bare = text.replaceAll("[\\[\\]]", "").toLowerCase(Locale.ROOT);
        if (!ADDRESS.matcher(text).matches() || !isLiteral(bare)) {
            throw new BadValueException(
                    Parse.quoted(text) + " is no IP address", "write the addresses of the proxies, like 10.0.0.5");
        }
        return bare;
    }

    /** Returns whether Java parses an address. It looks up no name, as there are only digits, or colons. */
    private static boolean isLiteral(String address) {
        try {
            InetAddress.getByName(address);
            return true;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static String header(String text) throws BadValueException {
        if (!HEADER.matcher(text).matches()) {
            throw new BadValueException(
                    Parse.quoted(text) + " is no name of a header", "write one like X-Forwarded-User");
        }
        return text;
    }
}
