package org.heratio.offsite.encryptor;

import java.time.Duration;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.event.ArchiveSettled;
import org.heratio.offsite.event.RepairRequested;
import org.heratio.offsite.stage.StageDefinition;

/** The encryptor, as the shell runs it. */
public final class EncryptorStage {
    /** The name of the stage in logs, threads and the ledger. */
    public static final String NAME = "encryptor";

    /** An archive may be large, or unpack to a thousand times its size: smaller ones go on beside it. */
    private static final int BESIDE_LONG = 2;

    private static final Duration LONG = Duration.ofSeconds(5);

    private EncryptorStage() {}

    /**
     * @param prefix of the queues
     * @param concurrency how many archives are read at once, beside up to two that take longer than 5 s
     */
    public static StageDefinition definition(
            String prefix, int concurrency, SealHandler sealHandler, RepairHandler repairHandler) {
        return StageDefinition.named(NAME, Topology.encrypt(prefix), concurrency)
                .on(ArchiveSettled.class, sealHandler)
                .on(RepairRequested.class, repairHandler)
                .besideLong(BESIDE_LONG, LONG)
                .vital()
                .build();
    }
}
