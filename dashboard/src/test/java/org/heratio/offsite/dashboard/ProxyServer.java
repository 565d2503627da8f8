package org.heratio.offsite.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.heratio.offsite.testing.FreePort;
import org.heratio.offsite.testing.ServerProcess;
import org.heratio.offsite.testing.TestCertificate;

/** A real nginx or Caddy, with the two configurations of {@code deploy/proxy}, whose addresses and files alone are replaced. */
final class ProxyServer implements AutoCloseable {
    static final String HOST = "backup.example.org";
    static final String PASSWORD = "letmein";
    private static final String HASH = "$2b$04$abcdefghijklmnopqrstuuPT0cs.zGMMB9aUG3xKmxLeI//6s0m5C";

    /** Where the page itself knows the users. */
    final int port = FreePort.take();
    /** Where the proxy does. */
    final int usersPort = FreePort.take();

    private final ServerProcess server;

    private ProxyServer(ServerProcess server) {
        this.server = server;
    }

    private static String shipped(String name) throws IOException {
        return Files.readString(Path.of("../deploy/proxy").resolve(name));
    }

    private static String put(String text, String in, String out) {
        assertThat(text).contains(in);
        return text.replace(in, out);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(server.directory().resolve(name), text);
    }

    /** @param page its port */
    static ProxyServer nginx(int page) throws IOException {
        ProxyServer proxy = new ProxyServer(ServerProcess.of(
                "nginx", directory -> List.of("nginx", "-p", directory.toString(), "-c", "main.conf", "-e", "stderr")));
        proxy.write("main.conf", """
                user root;
                daemon off;
                pid nginx.pid;
                events {}
                http {
                    access_log off;
                    client_body_temp_path tmp/body;
                    proxy_temp_path tmp/proxy;
                    fastcgi_temp_path tmp/fastcgi;
                    uwsgi_temp_path tmp/uwsgi;
                    scgi_temp_path tmp/scgi;
                    include page.conf;
                    include users.conf;
                }
                """);
        proxy.write("offsite-users", "ann:{PLAIN}" + PASSWORD + "\nbob:{PLAIN}" + PASSWORD + "\n");
        String users = put(shipped("nginx-users.conf"), "/etc/nginx/offsite-users", "offsite-users");
        proxy.write("page.conf", proxy.nginx(shipped("nginx.conf"), proxy.port, page));
        proxy.write("users.conf", proxy.nginx(users, proxy.usersPort, page));
        return proxy.start();
    }

    private String nginx(String text, int port, int page) throws IOException {
        TestCertificate certificate = TestCertificate.selfSigned(
                Files.createDirectories(server.directory().resolve("tls-" + port)), HOST);
        String here = put(text, "listen 443 ssl", "listen 127.0.0.1:" + port + " ssl");
        String certified = put(
                here,
                "/etc/ssl/backup.example.org.pem",
                certificate.certificate().toString());
        String keyed = put(
                certified,
                "/etc/ssl/private/backup.example.org.key",
                certificate.key().toString());
        return put(keyed, "127.0.0.1:8484", "127.0.0.1:" + page);
    }

    /** @param page its port */
    static ProxyServer caddy(int page) throws IOException {
        ProxyServer proxy = new ProxyServer(ServerProcess.of(
                "caddy", directory -> List.of("caddy", "run", "--config", "Caddyfile", "--adapter", "caddyfile")));
        String users = put(shipped("Caddyfile.users"), "ann $2a$14$hash", "ann " + HASH + "\n\t\t\tbob " + HASH);
        proxy.write(
                "Caddyfile",
                """
                {
                    admin off
                    auto_https disable_redirects
                    skip_install_trust
                    servers {
                        protocols h1 h2
                    }
                }
                """ + proxy.caddy(shipped("Caddyfile"), proxy.port, page) + proxy.caddy(users, proxy.usersPort, page));
        return proxy.start();
    }

    private String caddy(String text, int port, int page) throws IOException {
        TestCertificate certificate = TestCertificate.selfSigned(
                Files.createDirectories(server.directory().resolve("tls-" + port)), HOST);
        String site = HOST + ":" + port + " {\n\tbind 127.0.0.1\n\ttls " + certificate.certificate() + " "
                + certificate.key() + "\n";
        return put(put(text, "\n" + HOST + " {\n", "\n" + site), "127.0.0.1:8484", "127.0.0.1:" + page);
    }

    private ProxyServer start() throws IOException {
        server.start(() -> answers(port) && answers(usersPort));
        return this;
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        server.remove();
    }
}
