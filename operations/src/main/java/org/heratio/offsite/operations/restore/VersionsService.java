package org.heratio.offsite.operations.restore;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.ledger.Copies;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.LedgerView;
import org.heratio.offsite.ledger.Version;

/** Lists what can be restored. Blocks. */
public final class VersionsService {
    private final LedgerView ledger;
    private final Copies copies;

    public VersionsService(LedgerView ledger, Copies copies) {
        this.ledger = ledger;
        this.copies = copies;
    }

    /**
     * Returns the shipped copies of an archive, newest version first.
     *
     * @param archive its file name, its path, or its name at a destination
     */
    public List<RestorableCopy> of(String archive) throws LedgerException {
        List<Version> versions = ledger.restorable(archive);
        Map<Long, List<Copy>> byVersion = copies.ofVersions(
                versions.stream().map(Version::holder).distinct().toList());
        List<RestorableCopy> found = new ArrayList<>();
        for (Version version : versions) {
            for (Copy copy : byVersion.getOrDefault(version.holder(), List.of())) {
                if (copy.shipped()) {
                    found.add(RestorableCopy.of(version, copy));
                }
            }
        }
        return found;
    }
}
