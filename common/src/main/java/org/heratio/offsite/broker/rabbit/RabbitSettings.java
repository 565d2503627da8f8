package org.heratio.offsite.broker.rabbit;

import com.rabbitmq.client.Address;
import io.vertx.core.Vertx;
import io.vertx.rabbitmq.RabbitMQOptions;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/**
 * Where RabbitMQ is, and who we are there.
 *
 * @param uri {@code amqp://} or {@code amqps://}, with user, password, host, port and virtual host as RabbitMQ's URIs have them; a
 *     secret
 * @param hosts {@code name} or {@code name:port} of nodes of the cluster beside the one in the URI
 * @param user over the one in the URI
 * @param password over the one in the URI
 * @param caFile PEM; the certificates that may have signed the server's. Null means those that Java trusts
 * @param certFile PEM; our own certificate, or null
 * @param keyFile PEM; its key
 */
public record RabbitSettings(
        String uri,
        List<String> hosts,
        @Nullable String user,
        @Nullable String password,
        @Nullable Path caFile,
        @Nullable Path certFile,
        @Nullable Path keyFile) {
    private static final int PORT = 5672;
    private static final int TLS_PORT = 5671;
    private static final int CONNECT_MILLIS = 5_000;

    /** Two missed heartbeats end a connection that hangs, seconds. */
    private static final int HEARTBEAT_SECONDS = 10;

    public RabbitSettings {
        hosts = List.copyOf(hosts);
        String scheme = String.valueOf(URI.create(uri).getScheme());
        if (!scheme.equalsIgnoreCase("amqp") && !scheme.equalsIgnoreCase("amqps")) {
            throw new IllegalArgumentException("the URI of RabbitMQ begins with amqp:// or amqps://");
        }
        if (URI.create(uri).getHost() == null && hosts.isEmpty()) {
            throw new IllegalArgumentException("the URI of RabbitMQ names no host");
        }
    }

    /** One server, nothing special. */
    public static RabbitSettings of(String uri) {
        return new RabbitSettings(uri, List.of(), null, null, null, null, null);
    }

    boolean tls() {
        return URI.create(uri).getScheme().equalsIgnoreCase("amqps");
    }

    /** The servers as people know them, without user and password. */
    String where() {
        return String.join(",", addresses().stream().map(Address::toString).toList());
    }

    /** The same for each server alone. */
    List<RabbitSettings> nodes() {
        URI parsed = URI.create(uri);
        String login = parsed.getRawUserInfo() == null ? "" : parsed.getRawUserInfo() + "@";
        String path = parsed.getRawPath() == null ? "" : parsed.getRawPath();
        return addresses().stream()
                .map(node -> parsed.getScheme() + "://" + login + node.getHost() + ":" + node.getPort() + path)
                .map(node -> new RabbitSettings(node, List.of(), user, password, caFile, certFile, keyFile))
                .toList();
    }

    /** Who we are there, without the password. */
    String who() {
        return user != null ? user : userInfo()[0];
    }

    /**
     * The client's options: no recovery of its own, since that loses messages.
     *
     * @param role what the connection is called in RabbitMQ's own tools
     */
    RabbitMQOptions options(String role) throws FailureException {
        RabbitMQOptions options = new RabbitMQOptions()
                .setReconnectAttempts(0)
                .setAutomaticRecoveryEnabled(false)
                .setAutomaticRecoveryOnInitialConnection(false)
                .setConnectionName("heratio-offsite " + role)
                .setConnectionTimeout(CONNECT_MILLIS)
                .setHandshakeTimeout(CONNECT_MILLIS)
                .setRequestedHeartbeat(HEARTBEAT_SECONDS)
                .setAddresses(addresses())
                .setVirtualHost(virtualHost());
        options.setUser(who()).setPassword(password != null ? password : userInfo()[1]);
        if (tls()) {
            RabbitTls.configure(options, this);
        }
        return options;
    }

    /**
     * Reads the certificates and the key, for whoever would rather know now that they are of no use. Blocks.
     *
     * @throws FailureException when one cannot be read, or is something else
     */
    public void check(Vertx vertx) throws FailureException {
        if (tls()) {
            RabbitTls.check(vertx, this);
        }
    }

    private List<Address> addresses() {
        int port = tls() ? TLS_PORT : PORT;
        return Stream.concat(Stream.of(uri), hosts.stream().map(host -> "amqp://" + host))
                .map(URI::create)
                .filter(node -> node.getHost() != null)
                .map(node -> address(node, port))
                .distinct()
                .toList();
    }

    private static Address address(URI parsed, int otherwise) {
        return new Address(parsed.getHost(), parsed.getPort() < 0 ? otherwise : parsed.getPort());
    }

    /** As RabbitMQ reads URIs: no path is the virtual host {@code /}, and an encoded slash belongs to its name. */
    String virtualHost() {
        String path = URI.create(uri).getRawPath();
        return path == null || path.length() <= 1 ? "/" : decoded(path.substring(1));
    }

    private String[] userInfo() {
        String info = URI.create(uri).getRawUserInfo();
        if (info == null) {
            return new String[] {"guest", "guest"};
        }
        int colon = info.indexOf(':');
        return colon < 0
                ? new String[] {decoded(info), "guest"}
                : new String[] {decoded(info.substring(0, colon)), decoded(info.substring(colon + 1))};
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "RabbitSettings[" + where() + "]";
    }
}
