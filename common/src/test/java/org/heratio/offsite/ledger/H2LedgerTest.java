package org.heratio.offsite.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.heratio.offsite.ledger.jdbc.LedgerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class H2LedgerTest extends LedgerContract {
    @TempDir
    Path directory;

    @Override
    protected LedgerConfig config() {
        Path state = directory.resolve("state é 1");
        MigratedH2.copyTo(state);
        return LedgerConfig.h2(state);
    }

    @ParameterizedTest
    @ValueSource(strings = {"state é 1", "new é 2"})
    void itsFilesAreForItsUserAlone(String state) throws Exception {
        open(LedgerConfig.h2(directory.resolve(state)));
        Path folder = directory.resolve(state).resolve("ledger");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("offsite.mv.db"))))
                .isEqualTo("rw-------");
    }

    @Test
    void itServesOtherProcessesOverLoopbackOnly() throws Exception {
        String lock = Files.readString(directory.resolve("state é 1/ledger/offsite.lock.db"));
        Matcher port = Pattern.compile("server=[^\n]*:(\\d+)").matcher(lock);
        assertThat(port.find()).isTrue();
        String hex = String.format(":%04X", Integer.parseInt(port.group(1)));
        List<String> listening = new ArrayList<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            for (String line : Files.readAllLines(Path.of(table))) {
                List<String> fields = List.of(line.strip().split("\\s+", -1));
                // 0A: listening
                if (fields.get(1).endsWith(hex) && fields.get(3).equals("0A")) {
                    listening.add(fields.get(1));
                }
            }
        }
        assertThat(listening)
                .isNotEmpty()
                .allMatch(address -> address.startsWith("0100007F:")
                        || address.equals("0000000000000000FFFF00000100007F" + hex)
                        || address.equals("00000000000000000000000001000000" + hex));
    }

    @Test
    void addingToALargeRequestReadsOnlyWhatIsAdded() throws Exception {
        sql("SET QUERY_STATISTICS TRUE");
        ledger.requests().open("r", "verify");

        for (int chunk = 0; chunk < 10; chunk++) {
            List<RequestStatus.Item> items = new ArrayList<>();
            for (int number = 0; number < 500; number++) {
                String path = "/backups/" + chunk + "/" + number + ".gz";
                items.add(new RequestStatus.Item(path, 1, 0, "localfs", null, null, false, null, null, null, null, 0));
            }
            ledger.requests().add("r", items);
        }

        assertThat(count("SELECT COUNT(*) FROM offsite_request_item")).isEqualTo(5_000);
        assertThat(count("SELECT COALESCE(SUM(cumulative_row_count), 0) FROM information_schema.query_statistics "
                        + "WHERE sql_statement LIKE 'SELECT path_hash, driver, version_id FROM offsite_request_item%'"))
                .as("rows read of what was added before")
                .isZero();
    }

    @Test
    void whatWasWrittenIsThereWhenItIsOpenedAgain() throws Exception {
        Version version = settled("a.gz", 5);
        String id = ledger.installationId();
        ledger.close();
        assertThat(directory.resolve("state é 1/ledger/offsite.lock.db")).doesNotExist();

        Ledger again = open(config());

        assertThat(again.versions().find(version.id())).contains(version);
        assertThat(again.installationId()).isEqualTo(id);
    }

    @Test
    void manyMayMakeItAtOnce() throws Exception {
        LedgerConfig config = LedgerConfig.h2(directory.resolve("new é 2"));
        List<Ledger> ledgers = atOnce(4, thread -> open(config));
        assertThat(ledgers)
                .extracting(Ledger::installationId)
                .containsOnly(ledgers.get(0).installationId());
    }

    @Test
    void goesOnWithAMigrationThatWasKilledBeforeThePublicTableHadItsIndexes() throws Exception {
        ledger.close();
        sql("DROP INDEX ahg_backup_replication_status_index");
        sql("DROP INDEX ahg_backup_replication_verified_at_index");
        sql("DELETE FROM offsite_schema_history WHERE version <> '1'");

        ledger = open(config());

        assertThat(count("SELECT COUNT(*) FROM information_schema.indexes WHERE index_name LIKE 'ahg_%_index'"))
                .isEqualTo(3);
    }

    @Test
    void aDirectoryThatTheUrlCannotNameIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LedgerConfig.h2(Path.of("/x;y")))
                .withMessageContaining("BACKUP_OFFSITE_STATE_DIR");
    }

    @Test
    void thePasswordIsNotInItsText() {
        assertThat(new LedgerConfig("jdbc:postgresql://h/d?password=geheim", "u", "geheim").toString())
                .doesNotContain("geheim");
    }
}
