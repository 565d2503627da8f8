package org.heratio.offsite.operations.adopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.localfs.LocalFsDestination;
import org.heratio.offsite.ledger.HeratioTables;
import org.heratio.offsite.ledger.ReplicationRow;
import org.heratio.offsite.operations.inventory.ListedDirectory;
import org.heratio.offsite.testing.KnownDrivers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
    private static final String PAYLOAD = "what Heratio shipped";
    private static final String SHA256 = Digests.ofText(PAYLOAD);

    @TempDir
    Path directory;

    private final Map<String, String> settings = new HashMap<>();
    private Path backups;
    private Path destination;

    @BeforeEach
    void makeTheInstallation() throws Exception {
        Path root = directory.toRealPath();
        backups = Files.createDirectory(root.resolve("backups"));
        destination = Files.createDirectory(root.resolve("dest"));
        settings.putAll(Map.of(
                "HERATIO_BACKUPS_PATH", backups.toString(),
                "BACKUP_OFFSITE_STATE_DIR", root.resolve("state").toString(),
                "BACKUP_OFFSITE_LOCALFS_PATH", destination.toString(),
                "APP_TIMEZONE", "Europe/Berlin"));
        Files.writeString(destination.resolve("a.gz.gpg"), PAYLOAD);
        // an empty directory might be that of a disk which is not mounted
        Files.writeString(destination.resolve("other.gz.gpg"), PAYLOAD);
    }

    private void archive(String modified) throws Exception {
        Path archive = Files.writeString(backups.resolve("a.gz"), "the archive");
        Files.setLastModifiedTime(archive, FileTime.from(Instant.parse(modified)));
    }

    private ReplicationRow row(long size, @Nullable String sha256, LocalDateTime replicatedAt, String status) {
        return new ReplicationRow(
                1,
                backups + "/a.gz",
                destination + "/a.gz.gpg",
                "localfs",
                size,
                sha256,
                true,
                replicatedAt,
                null,
                status,
                null);
    }

    private ReplicationRow replicatedAt(String time) {
        return row(PAYLOAD.length(), SHA256, LocalDateTime.parse(time), "verified");
    }

    private Comparison.Found compare(boolean read, ReplicationRow row) throws Exception {
        return new Comparison(
                        KnownDrivers.settings(settings, directory).load(null),
                        new ListedDirectory(backups),
                        (driver, holdsCopies) -> new LocalFsDestination(destination),
                        read)
                .compare(new HeratioTables.Claims(List.of(row), Set.of()));
    }

    private Claim judge(ReplicationRow row) throws Exception {
        return compare(false, row).claims().get(0);
    }

    private static String report(Comparison.Found found) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new AdoptReport(found, null).print(new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void anArchiveThatIsOlderThanItsCopyIsTheOneThatWasShipped() throws Exception {
        archive("2026-11-20T02:00:00Z");
        Claim claim = judge(replicatedAt("2026-11-20T03:15:00"));

        assertThat(claim.change()).isEqualTo(Claim.Change.NONE);
        assertThat(claim.adoptable()).isTrue();
    }

    @Test
    void aCopyOfAnotherInstallationIsNotAdopted() throws Exception {
        archive("2026-11-20T02:00:00Z");
        Path tag = destination.resolve(OwnerTag.fileFor("a.gz.gpg"));
        Files.createDirectories(tag.getParent());
        Files.writeString(tag, new OwnerTag("another", "1-1").content("a.gz.gpg"));

        Claim claim = judge(replicatedAt("2026-11-20T03:15:00"));

        assertThat(claim.verdict()).isEqualTo(Claim.Verdict.FOREIGN);
        assertThat(claim.detail()).contains("installation another");
        assertThat(claim.adoptable()).isFalse();
    }

    @Test
    void aRewrittenArchiveIsNotHiddenByAZoneThatNobodySet() throws Exception {
        settings.remove("APP_TIMEZONE");
        // 03:15Z in Berlin's time; taken for UTC it lies behind the archive's
        ReplicationRow row = replicatedAt("2026-07-20T05:15:00");
        archive("2026-07-20T04:00:00Z");

        Comparison.Found found = compare(false, row);
        assertThat(found.claims().get(0).change()).isEqualTo(Claim.Change.UNZONED);
        assertThat(report(found)).contains("unsure ", "APP_TIMEZONE is not set", "shipped beside this copy");

        archive("2026-07-19T12:00:00Z");
        assertThat(judge(row).change()).as("older in any zone").isEqualTo(Claim.Change.NONE);
        archive("2026-07-21T12:00:00Z");
        assertThat(judge(row).change()).as("newer in any zone").isEqualTo(Claim.Change.REWRITTEN);
    }

    @Test
    void whatIsNotEncryptedIsKnownByItsSizeToo() throws Exception {
        settings.remove("APP_TIMEZONE");
        archive("2026-07-20T04:00:00Z");
        Files.writeString(destination.resolve("a.gz"), "the archive");
        ReplicationRow row = new ReplicationRow(
                1,
                backups + "/a.gz",
                destination + "/a.gz",
                "localfs",
                "the archive".length(),
                Digests.ofText("the archive"),
                false,
                LocalDateTime.parse("2026-07-20T05:15:00"),
                null,
                "verified",
                null);

        assertThat(judge(row).change()).isEqualTo(Claim.Change.NONE);
        Files.writeString(backups.resolve("a.gz"), "another archive");
        assertThat(judge(row).change()).isEqualTo(Claim.Change.REWRITTEN);
    }

    @Test
    void theHourThatAutumnHasTwiceMakesNoArchiveChanged() throws Exception {
        // both in the second of the two hours
        archive("2026-10-25T01:20:00Z");
        assertThat(judge(replicatedAt("2026-10-25T02:30:00")).change()).isEqualTo(Claim.Change.NONE);
    }

    @Test
    void aRowWithoutTimeDoesNotSayThatTheArchiveWasRewritten() throws Exception {
        archive("2026-11-20T02:00:00Z");

        Comparison.Found found = compare(false, row(PAYLOAD.length(), SHA256, ReplicationRow.UNKNOWN, "replicated"));

        assertThat(found.claims().get(0).change()).isEqualTo(Claim.Change.UNTIMED);
        assertThat(report(found)).contains("unsure ", "does not say when").doesNotContain("the archive was rewritten");
    }

    @Test
    void aRowWithoutSizeIsHeldAgainstTheHashAlone() throws Exception {
        archive("2026-11-20T02:00:00Z");
        ReplicationRow row = row(0, SHA256, LocalDateTime.parse("2026-11-20T03:15:00"), "replicated");

        assertThat(judge(row))
                .extracting(Claim::verdict, Claim::size, Claim::adoptable)
                .containsExactly(Claim.Verdict.UNPROVED, (long) PAYLOAD.length(), true);
        assertThat(compare(true, row).claims().get(0).verdict()).isEqualTo(Claim.Verdict.INTACT);
    }

    @Test
    void aRowWithoutHashIsUnprovedAlsoWhenEverythingIsRead() throws Exception {
        archive("2026-11-20T02:00:00Z");
        ReplicationRow row = row(PAYLOAD.length(), null, LocalDateTime.parse("2026-11-20T03:15:00"), "replicated");

        Comparison.Found found = compare(true, row);

        assertThat(found.claims().get(0).verdict()).isEqualTo(Claim.Verdict.UNPROVED);
        assertThat(report(found)).contains("unproved ", "no SHA-256", "1 unproved");
        assertThat(found.claims().get(0).adoptable()).as("it is shipped again").isFalse();
    }

    @Test
    void otherBytesOfTheSameSizeAreFoundByReadingAlone() throws Exception {
        Files.writeString(destination.resolve("a.gz.gpg"), PAYLOAD.toUpperCase(java.util.Locale.ROOT));
        ReplicationRow row = replicatedAt("2026-11-20T03:15:00");

        assertThat(judge(row).verdict()).isEqualTo(Claim.Verdict.UNPROVED);
        assertThat(compare(true, row).claims().get(0).verdict()).isEqualTo(Claim.Verdict.DIFFERENT);
    }

    @Test
    void aSlashAtTheEndOfADirectoryMakesNoOtherPath() throws Exception {
        archive("2026-11-20T02:00:00Z");
        ReplicationRow row = new ReplicationRow(
                1,
                backups + "//a.gz",
                destination + "//a.gz.gpg",
                "localfs",
                PAYLOAD.length(),
                SHA256,
                true,
                LocalDateTime.parse("2026-11-20T03:15:00"),
                null,
                "verified",
                null);

        Comparison.Found found = compare(false, row);

        assertThat(found.claims().get(0).verdict()).isEqualTo(Claim.Verdict.UNPROVED);
        assertThat(found.claims().get(0).local()).isNotNull();
        assertThat(found.unshipped()).isEmpty();
    }

    @Test
    void whatIsMissingOrDifferentIsTakenOnlyWhereTheArchiveIsGone() throws Exception {
        ReplicationRow row = replicatedAt("2026-11-20T03:15:00");
        Files.writeString(destination.resolve("a.gz.gpg"), "short");
        assertThat(judge(row).adoptable()).isTrue();
        Files.delete(destination.resolve("a.gz.gpg"));
        assertThat(judge(row).verdict()).isEqualTo(Claim.Verdict.MISSING);
        assertThat(judge(row).adoptable()).as("the sweeps have to tell").isTrue();

        archive("2026-11-20T02:00:00Z");
        assertThat(judge(row).adoptable()).as("it is shipped").isFalse();
    }

    @Test
    void anOddStatusClaimsNothing() throws Exception {
        archive("2026-11-20T02:00:00Z");
        for (String status : List.of("pending", "", "failed")) {
            ReplicationRow row = row(PAYLOAD.length(), SHA256, LocalDateTime.parse("2026-11-20T03:15:00"), status);

            assertThat(judge(row).adoptable()).as(status).isFalse();
            assertThat(compare(false, row).unshipped()).as(status).hasSize(1);
        }
    }
}
