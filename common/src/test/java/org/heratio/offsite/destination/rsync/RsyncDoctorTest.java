package org.heratio.offsite.destination.rsync;

import static org.assertj.core.api.Assertions.assertThat;

import org.heratio.offsite.finding.Finding;
import org.junit.jupiter.api.Test;

class RsyncDoctorTest {
    @Test
    void callsANearlyFullDiskNotWell() {
        Finding narrow = RsyncDoctor.room(12L << 20);
        assertThat(narrow.isOk()).isFalse();
        assertThat(narrow.text()).isEqualTo("only 12 MiB free there");
        assertThat(RsyncDoctor.room(5L << 30)).isEqualTo(Finding.ok("5 GiB free there"));
    }
}
