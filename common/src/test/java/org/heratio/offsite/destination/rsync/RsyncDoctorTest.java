package org.heratio.offsite.destination.rsync;

import static org.assertj.core.api.Assertions.assertThat;

import org.heratio.offsite.destination.DestinationFinding;
import org.junit.jupiter.api.Test;

class RsyncDoctorTest {
    @Test
    void callsANearlyFullDiskNotWell() {
        DestinationFinding narrow = RsyncDoctor.room(12L << 20);
        assertThat(narrow.well()).isFalse();
        assertThat(narrow.text()).isEqualTo("only 12 MiB free there");
        assertThat(RsyncDoctor.room(5L << 30)).isEqualTo(DestinationFinding.well("5 GiB free there"));
    }
}
