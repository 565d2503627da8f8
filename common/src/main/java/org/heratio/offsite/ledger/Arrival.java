package org.heratio.offsite.ledger;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.heratio.offsite.archive.ArchiveFile;

/**
 * An archive that is finished, and what is to become of it.
 *
 * @param landedAt epoch milliseconds of the first sight of the file
 * @param encrypted the destinations that get it encrypted, if there is a passphrase
 * @param plain the destinations that a person wants unencrypted copies at
 * @param force ship it again where it was shipped
 */
public record Arrival(ArchiveFile file, long landedAt, Set<String> encrypted, Set<String> plain, boolean force) {
    public Arrival {
        encrypted = Set.copyOf(encrypted);
        plain = Set.copyOf(plain);
    }

    /** Returns an archive that goes to each destination alike, and nowhere by force. */
    public static Arrival of(ArchiveFile file, long landedAt, Collection<String> drivers, boolean plain) {
        Set<String> all = Set.copyOf(drivers);
        return new Arrival(file, landedAt, plain ? Set.of() : all, plain ? all : Set.of(), false);
    }

    public Set<String> drivers() {
        Set<String> all = new TreeSet<>(encrypted);
        all.addAll(plain);
        return all;
    }
}
