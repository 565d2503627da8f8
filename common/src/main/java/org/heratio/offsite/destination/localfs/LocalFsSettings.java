package org.heratio.offsite.destination.localfs;

import static org.heratio.offsite.config.Setting.BACKUP_OFFSITE_LOCALFS_BANDWIDTH;
import static org.heratio.offsite.config.Setting.BACKUP_OFFSITE_LOCALFS_PATH;

import java.nio.file.Path;
import org.heratio.offsite.config.Bandwidth;
import org.heratio.offsite.config.DestinationReader;

/** The settings of the {@code localfs} driver. */
public record LocalFsSettings(Path path, Bandwidth bandwidth) {
    static LocalFsSettings read(DestinationReader read) {
        return new LocalFsSettings(
                read.localDirectory(BACKUP_OFFSITE_LOCALFS_PATH), read.bandwidth(BACKUP_OFFSITE_LOCALFS_BANDWIDTH));
    }
}
