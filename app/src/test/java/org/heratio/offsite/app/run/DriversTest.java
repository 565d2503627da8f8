package org.heratio.offsite.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.destination.Driver;
import org.junit.jupiter.api.Test;

class DriversTest {
    @Test
    void everyDriverThatCanBeConfiguredIsThere() {
        assertThat(Drivers.all()).extracting(Driver::name).containsExactlyElementsOf(Settings.DRIVERS);
    }

    @Test
    void noOtherOneIs() {
        assertThatThrownBy(() -> Drivers.of("floppy")).isInstanceOf(ConfigException.class);
    }
}
