package org.heratio.offsite.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.stream.Collectors;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.destination.Driver;
import org.junit.jupiter.api.Test;

class DriversTest {
    @Test
    void everyDriverIsThere() {
        Set<String> written = new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("org.heratio.offsite.destination")
                        .stream()
                        .filter(type -> type.isAssignableTo(Driver.class) && !type.isInterface())
                        .map(JavaClass::getName)
                        .collect(Collectors.toSet());

        assertThat(written).isNotEmpty();
        assertThat(Drivers.all())
                .extracting(driver -> driver.getClass().getName())
                .containsExactlyInAnyOrderElementsOf(written);
    }

    @Test
    void noOtherOneIs() {
        assertThatThrownBy(() -> Drivers.of("floppy")).isInstanceOf(ConfigException.class);
    }
}
