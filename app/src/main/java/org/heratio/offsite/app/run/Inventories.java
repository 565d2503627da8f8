package org.heratio.offsite.app.run;

import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.watcher.Inventory;

/** What lies in the backup directory, as the settings say where that is and what an archive is. */
public final class Inventories {
    private Inventories() {}

    /** Looks at nothing yet. */
    public static Inventory of(Settings settings) {
        Settings.Watcher watcher = settings.watcher();
        return new Inventory(new BackupDirectory(settings.paths().backups()), watcher.include(), watcher.recursive());
    }
}
