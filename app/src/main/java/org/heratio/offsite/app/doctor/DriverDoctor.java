package org.heratio.offsite.app.doctor;

import java.time.Clock;
import java.util.List;
import org.heratio.offsite.app.run.Destinations;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.destination.rsync.RsyncDoctor;
import org.heratio.offsite.destination.s3.S3Doctor;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.finding.Finding;

/** What the drivers' own doctors find out. */
final class DriverDoctor {
    private DriverDoctor() {}

    static List<Finding> examine(String driver, Settings settings, Clock clock)
            throws FailureException, InterruptedException {
        return switch (driver) {
            case "s3" -> {
                try (S3Doctor doctor = new S3Doctor(Destinations.s3(settings), clock)) {
                    yield doctor.examine();
                }
            }
            case "rsync" -> {
                try (RsyncDoctor doctor = new RsyncDoctor(Destinations.rsync(settings))) {
                    yield doctor.examine();
                }
            }
            default -> List.of();
        };
    }
}
