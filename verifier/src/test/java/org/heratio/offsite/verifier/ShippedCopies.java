package org.heratio.offsite.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Version;

/** Copies that were shipped, and that nobody has read back yet. */
final class ShippedCopies {
    private ShippedCopies() {}

    /** Ships some bytes as they are; returns the id of the copy. */
    static long ship(Ledger ledger, Destination destination, Payloads payloads, String name, byte[] bytes)
            throws Exception {
        ArchiveFile archive = new ArchiveFile("/backups/" + name, name, bytes.length, 1_000_000L);
        Version version = ledger.versions().settle(archive, 1, List.of(destination.driver()), true);
        String sha256 = Payloads.sha256(bytes);
        Payload payload = ledger.payloads()
                .record(version.id(), sha256, "", sha256, bytes.length, false)
                .orElseThrow();
        Copy copy = ledger.copies().ofVersion(version.id()).get(0);
        destination.put(payloads.request(name, bytes));
        assertThat(ledger.copies().replicated(copy.id(), destination.remotePath(name), payload))
                .isTrue();
        return copy.id();
    }
}
