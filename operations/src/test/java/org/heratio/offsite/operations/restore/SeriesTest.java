package org.heratio.offsite.operations.restore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeriesTest {
    @ParameterizedTest
    @CsvSource({
        "database_heratio_2026-11-22_031500.sql.gz, database_heratio.sql.gz",
        "heratio-archive-20261122-031500.sql.gz, heratio-archive.sql.gz",
        "heratio-archive-2026-11-22-0315.sql.gz, heratio-archive.sql.gz",
        "uploads_2026-11-22.tar.gz, uploads.tar.gz",
        "2026-11-22_031500_config.zip, _config.zip",
        "database_db2_2026-11-22_031500.sql.gz, database_db2.sql.gz",
        "dump.sql.gz, dump.sql.gz",
        "scan_12345678901.zip, scan_12345678901.zip"
    })
    void isTheNameWithoutItsTime(String name, String series) {
        assertThat(Series.of(name)).isEqualTo(series);
    }

    @ParameterizedTest
    @CsvSource({
        "database, true",
        "database_heratio, true",
        "database_heratio.sql.gz, true",
        "data, false",
        "database_her, false",
        "uploads, false"
    })
    void aComponentIsTheStartOfAName(String component, boolean isOf) {
        assertThat(Series.isOf(component, "database_heratio_2026-11-22_031500.sql.gz"))
                .isEqualTo(isOf);
    }
}
