package org.heratio.offsite.destination.sftp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.PublicKey;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.sshd.client.config.hosts.KnownHostEntry;
import org.apache.sshd.common.config.keys.AuthorizedKeyEntry;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.heratio.offsite.destination.SshAccount;
import org.heratio.offsite.files.Look;

/**
 * The keys of hosts, in ssh's own format and in a file that ssh may share. A host is trusted when it is first seen, and must keep one of
 * its keys from then on: a key of another kind is as little the same host as another key.
 */
final class KnownHosts {
    private final Path file;
    private final SshAccount account;

    KnownHosts(Path file, SshAccount account) {
        this.file = file;
        this.account = account;
    }

    /** Returns the kinds of keys that the host is known by, such as {@code ssh-ed25519}. */
    Set<String> types() throws IOException {
        return entries().stream().map(AuthorizedKeyEntry::getKeyType).collect(Collectors.toSet());
    }

    /** Returns whether it is the host that it was; notes a host that nobody has seen. */
    synchronized boolean accepts(PublicKey key) throws IOException {
        List<AuthorizedKeyEntry> known = entries();
        String offered = PublicKeyEntry.toString(key);
        if (!known.isEmpty()) {
            return known.stream().map(KnownHosts::text).anyMatch(offered::equals);
        }
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        Files.writeString(
                file,
                account.knownAs() + " " + offered + "\n",
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        return true;
    }

    private static String text(AuthorizedKeyEntry entry) {
        return entry.getKeyType() + " " + Base64.getEncoder().encodeToString(entry.getKeyData());
    }

    /** A line with a marker, as for a certificate's authority or a revoked key, makes no key known. */
    private List<AuthorizedKeyEntry> entries() throws IOException {
        if (!Look.exists(file)) {
            return List.of();
        }
        return KnownHostEntry.readKnownHostEntries(file).stream()
                .filter(entry -> entry.getMarker() == null || entry.getMarker().isEmpty())
                .filter(entry -> entry.isHostMatch(account.host(), account.port()))
                .map(KnownHostEntry::getKeyEntry)
                .toList();
    }
}
