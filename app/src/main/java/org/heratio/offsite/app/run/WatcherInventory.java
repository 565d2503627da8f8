package org.heratio.offsite.app.run;

import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.operations.inventory.BackupInventory;
import org.heratio.offsite.watcher.Inventory;

/** Lists the backup directory of the settings as the watcher does. */
record WatcherInventory(Settings settings) implements BackupInventory {
    @Override
    public Contents look() throws FailureException {
        Inventory.Contents found = inventory().look();
        return new Contents(found.archives(), found.unreadable(), found.others());
    }

    @Override
    public void requireRoot() throws FailureException {
        inventory().requireRoot();
    }

    private Inventory inventory() {
        Settings.Watcher watcher = settings.watcher();
        return new Inventory(new BackupDirectory(settings.paths().backups()), watcher.include(), watcher.recursive());
    }
}
