package org.heratio.offsite.event;

import java.util.Objects;

/**
 * An archive is finished and stands in the ledger: the encryptor makes a payload of it.
 *
 * @param versionId the version in the ledger
 * @param path absolute path, for people and dashboards; a stage refuses the message when the ledger has another one
 */
public record ArchiveSettled(long versionId, String path) implements Event {
    public ArchiveSettled {
        Ids.require(versionId, "versionId");
        Objects.requireNonNull(path, "path");
    }

    @Override
    public String routingKey() {
        return "archive.settled";
    }
}
