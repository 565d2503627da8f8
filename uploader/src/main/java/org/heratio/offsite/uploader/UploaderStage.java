package org.heratio.offsite.uploader;

import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.broker.Topology;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.event.PayloadReady;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.spool.Spool;
import org.heratio.offsite.stage.Breaker;
import org.heratio.offsite.stage.GuardedHandler;
import org.heratio.offsite.stage.StageDefinition;

/** The uploader of one destination, for the shell to run. */
public final class UploaderStage {

    private UploaderStage() {}

    /**
     * @param prefix {@code BACKUP_OFFSITE_QUEUE_PREFIX}
     * @param concurrency payloads that are shipped at once
     * @param breaker of the destination
     * @param repair whether damaged copies are put right without being asked
     */
    public static StageDefinition definition(
            String prefix,
            int concurrency,
            Ledger ledger,
            Destination destination,
            Breaker breaker,
            Spool spool,
            BackupDirectory backups,
            boolean repair) {
        String driver = destination.driver();
        return StageDefinition.named("uploader:" + driver, Topology.upload(prefix, driver), concurrency)
                .on(
                        PayloadReady.class,
                        new GuardedHandler<>(
                                new UploadHandler(ledger, destination, spool, backups, repair), event -> breaker))
                .pausedBy(breaker)
                .build();
    }
}
