package org.heratio.offsite.app.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.ConfigProblem;
import org.heratio.offsite.config.OwnPlaces;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.destination.Driver;
import org.heratio.offsite.destination.localfs.LocalFsDriver;
import org.heratio.offsite.destination.rsync.RsyncDriver;
import org.heratio.offsite.destination.s3.S3Driver;
import org.heratio.offsite.destination.sftp.SftpDriver;

/** The one list of drivers; in the order of documents. */
public final class Drivers {
    private static final List<Driver> ALL =
            List.of(new S3Driver(), new RsyncDriver(), new SftpDriver(), new LocalFsDriver());

    private Drivers() {}

    /** Returns all of them. */
    public static List<Driver> all() {
        return ALL;
    }

    /** Returns their names. */
    public static List<String> names() {
        return ALL.stream().map(Driver::name).toList();
    }

    /** Returns where only offsite makes files: the copies of drivers that are not chosen count too. */
    public static OwnPlaces ownPlaces(Settings settings) {
        return new OwnPlaces(
                settings.paths(),
                ALL.stream()
                        .flatMap(driver -> driver.localDirectory(settings).stream())
                        .toList());
    }

    /** Returns where the copies of each chosen driver are, for people; in the order of the settings. */
    static Map<String, String> places(Settings settings) {
        Map<String, String> places = new LinkedHashMap<>();
        settings.drivers().forEach(driver -> places.put(driver, known(driver).place(settings)));
        return places;
    }

    /** Returns the driver of a name. */
    static Driver of(String name) throws ConfigException {
        return find(name)
                .orElseThrow(() -> new ConfigException(List.of(new ConfigProblem(
                        "there is no driver " + name, "BACKUP_OFFSITE_DRIVER is one of " + names()))));
    }

    /** Returns the driver of a name that the settings have. */
    public static Driver known(String name) {
        return find(name).orElseThrow(() -> new IllegalStateException("there is no driver " + name));
    }

    private static Optional<Driver> find(String name) {
        return ALL.stream().filter(driver -> driver.name().equals(name)).findFirst();
    }
}
