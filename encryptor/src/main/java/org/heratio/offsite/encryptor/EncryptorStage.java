package org.heratio.offsite.encryptor;

import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.event.ArchiveSettled;
import org.heratio.offsite.event.RepairRequested;
import org.heratio.offsite.stage.StageDefinition;

/** The encryptor, as the shell runs it. */
public final class EncryptorStage {
    /** The name of the stage in logs, threads and the ledger. */
    public static final String NAME = "encryptor";

    private EncryptorStage() {}

    /**
     * @param prefix of the queues
     * @param concurrency how many archives are read at once
     */
    public static StageDefinition definition(
            String prefix, int concurrency, SealHandler sealHandler, RepairHandler repairHandler) {
        return StageDefinition.named(NAME, Topology.encrypt(prefix), concurrency)
                .on(ArchiveSettled.class, sealHandler)
                .on(RepairRequested.class, repairHandler)
                .vital()
                .build();
    }
}
