package org.heratio.offsite.destination.localfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.destination.OwnershipContract;
import org.junit.jupiter.api.Test;

class LocalFsOwnershipTest extends OwnershipContract {

    @Override
    protected Destination open() {
        return new LocalFsDestination(root());
    }

    @Override
    protected Destination openAgain() {
        return new LocalFsDestination(root());
    }

    @Override
    protected void plant(String name, byte[] bytes) throws Exception {
        Files.write(root().resolve(name), bytes);
    }

    @Test
    void deletesWhatACrashLeftOfAnAnnouncement() throws Exception {
        Installation self = new Installation("0123456789abcdef", "db1.example.org");
        destination.announce(self);
        Path announcement = root().resolve(self.file());
        Path left = announcement.resolveSibling("." + self.id() + ".1.new");
        Path others = announcement.resolveSibling(".fedcba9876543210.1.new");
        Files.copy(announcement, left);
        Files.copy(announcement, others);

        destination.announce(self);

        assertThat(announcement).exists();
        assertThat(left).doesNotExist();
        assertThat(others).exists();
    }

    private Path root() {
        return temp.resolve("destination");
    }
}
