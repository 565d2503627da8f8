package org.heratio.offsite.destination.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.finding.Finding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class S3DoctorIT {
    @TempDir
    private Path temp;

    @Test
    void findsOutWhatAStoreCanDo() throws Exception {
        try (S3Server server = S3Server.start()) {
            S3Config config = server.config(server.port(), "doctor", temp);

            assertThat(texts(config, Clock.systemUTC()))
                    .anyMatch(text -> text.startsWith("objects can be put"))
                    .anyMatch(text -> text.contains("(Content-MD5)"))
                    .anyMatch(text -> text.contains("(CRC32C)"))
                    .anyMatch(text -> text.equals("conditional writes work"))
                    .anyMatch(text -> text.startsWith("uploads in parts"))
                    .anyMatch(text -> text.startsWith("Object Lock is off"))
                    .anyMatch(text -> text.startsWith("no lifecycle rule"))
                    .noneMatch(text -> text.contains("clock"));
            assertThat(texts(config, Clock.offset(Clock.systemUTC(), Duration.ofMinutes(5))))
                    .anyMatch(text -> text.startsWith("the clock of this host"));
            try (S3Destination destination = new S3Destination(config)) {
                destination.list(stored -> assertThat(stored).isNull());
            }
        }
    }

    @Test
    void saysWhatIsInTheWay() throws Exception {
        try (S3Server server = S3Server.start()) {
            var wrong = new S3Config.Credentials("nobody", "knows", null);
            try (S3Doctor doctor =
                    new S3Doctor(server.config(server.port(), "doctor", wrong, temp), Clock.systemUTC())) {
                assertThatThrownBy(doctor::examine).isInstanceOf(FailureException.class);
            }
        }
    }

    private static List<String> texts(S3Config config, Clock clock) throws Exception {
        try (S3Doctor doctor = new S3Doctor(config, clock)) {
            return doctor.examine().stream().map(Finding::text).toList();
        }
    }
}
