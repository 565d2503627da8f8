package org.heratio.offsite.operations.request;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.Look;
import org.heratio.offsite.ledger.RequestStatus;
import org.heratio.offsite.ledger.Versions;
import org.heratio.offsite.text.SystemText;

/** Lists the archives that a replication had no work for, and that are still in the backup directory. Blocks. */
public final class SkippedArchives {
    private final Versions versions;

    public SkippedArchives(Versions versions) {
        this.versions = versions;
    }

    /** Returns their paths. */
    public List<String> of(RequestFollower.Result result) throws FailureException {
        if (result.status().skipped() == 0) {
            return List.of();
        }
        Set<String> worked =
                result.status().items().stream().map(RequestStatus.Item::path).collect(Collectors.toSet());
        return versions.newest().keySet().stream()
                // of what Heratio wrote, any text may stand there: the empty path is the working directory
                .filter(path -> !worked.contains(path)
                        && SystemText.opens(path)
                        && Path.of(path).isAbsolute()
                        && Look.at(Path.of(path)) != Look.NOT_THERE)
                .toList();
    }
}
