package org.heratio.offsite.testing;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.config.SettingsLoader;
import org.heratio.offsite.destination.Driver;
import org.heratio.offsite.destination.localfs.LocalFsDriver;
import org.heratio.offsite.destination.rsync.RsyncDriver;
import org.heratio.offsite.destination.s3.S3Driver;
import org.heratio.offsite.destination.sftp.SftpDriver;

/** The drivers of this module, for tests of modules that do not see the registry of the app. */
public final class KnownDrivers {
    public static final List<Driver> ALL =
            List.of(new S3Driver(), new RsyncDriver(), new SftpDriver(), new LocalFsDriver());

    private KnownDrivers() {}

    /** Returns a loader that sees this environment and not the process's own. */
    public static SettingsLoader settings(Map<String, String> environment, Path workingDirectory) {
        return new SettingsLoader(ALL, environment, workingDirectory);
    }
}
