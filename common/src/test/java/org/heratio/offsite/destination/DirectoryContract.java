package org.heratio.offsite.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.heratio.offsite.destination.Failing.assertFails;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.Requires;
import org.heratio.offsite.testing.Trees;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every destination does whose copies are files in a directory: where which file is, in which order files get their names, who
 * may read them, and what an empty directory means. The far side of each test is a directory of this machine.
 */
public abstract class DirectoryContract {
    private static final String OWNER = "contract-owner";
    private static final String MARKER = ".heratio-offsite";
    private static final String PARTIAL = ".offsite-partial";

    @TempDir
    protected Path temp;

    private Destination destination;
    private Payloads payloads;
    private final List<Destination> opened = new ArrayList<>();

    /** Opens the directory of this test as a new process does. */
    protected abstract Destination open(BooleanSupplier holdsCopies) throws Exception;

    /** Returns where the directory of this test is; nothing is there at first. */
    protected abstract Path root();

    @BeforeEach
    protected void openDestination() throws Exception {
        payloads = new Payloads(Files.createDirectories(temp.resolve("payloads")), OWNER);
        destination = opened(() -> false);
    }

    @AfterEach
    protected void closeAll() {
        opened.forEach(Destination::close);
    }

    private Destination opened(BooleanSupplier holdsCopies) throws Exception {
        Destination another = open(holdsCopies);
        opened.add(another);
        return another;
    }

    @Test
    protected void marksThePlaceWithTheFirstPut() throws Exception {
        destination.probe();
        assertThat(destination.stat("a.gz")).isEmpty();
        destination.list(stored -> {});
        assertThat(root()).doesNotExist();

        destination.put(request("a.gz", "a"));

        assertThat(root().resolve(MARKER)).isNotEmptyFile();
    }

    @Test
    protected void marksThePlaceWithTheFirstAnnouncement() throws Exception {
        destination.announce(new Installation(OWNER, "host.example.org"));

        assertThat(root().resolve(MARKER)).isNotEmptyFile();
    }

    @Test
    protected void takesAPlaceForUnmountedWhoseMarkerItHasSeen() throws Exception {
        destination.put(request("a.gz", "a"));
        Path away = temp.resolve("away");
        Files.move(root(), away);
        everyMethodFindsNoDisk(destination);
        assertThat(root()).doesNotExist();
        Files.createDirectory(root());
        everyMethodFindsNoDisk(destination);
        assertThat(root()).isEmptyDirectory();

        Files.delete(root());
        Files.move(away, root());

        assertThat(destination.stat("a.gz")).isPresent();
    }

    @Test
    protected void takesAnEmptyPlaceForUnmountedWhenTheLedgerKnowsOfCopiesThere() throws Exception {
        Destination restarted = opened(() -> true);
        everyMethodFindsNoDisk(restarted);
        assertThat(root()).doesNotExist();
        Files.createDirectory(root());
        everyMethodFindsNoDisk(restarted);
        assertThat(root()).isEmptyDirectory();
    }

    @Test
    protected void findsNoCopyInAnEmptyPlaceThatAnotherKnewOf() throws Exception {
        // whoever opens a copy knows of one there, whatever the ledger says
        assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> destination.open("a.gz", 0, Long.MAX_VALUE));
        assertThat(destination.stat("a.gz")).isEmpty();
    }

    private void everyMethodFindsNoDisk(Destination unmounted) throws Exception {
        PutRequest request = request("a.gz", "other");
        for (Map.Entry<String, DestinationContract.Action> call :
                Calls.all(unmounted, request).entrySet()) {
            try {
                call.getValue().run();
                assertThat(call.getKey()).as("what passes without a disk").isIn("remoteChecksum");
            } catch (FailureException e) {
                assertThat(e.failure().code())
                        .as(call.getKey() + ": " + e.getMessage())
                        .isEqualTo(ErrorCode.DESTINATION_UNREACHABLE);
            }
        }
    }

    @Test
    protected void sha256sumAgreesWithEverySidecar() throws Exception {
        for (String name : DestinationContract.oddNames()) {
            if (!name.contains("/")) {
                destination.put(request(name, name));
            }
        }
        destination.put(request("carriage\rreturn\r", "cr"));
        String check = "cat ./*.sha256 ./.hidden*.sha256 | sha256sum -c --strict --quiet";
        assertThat(run("sh", "-c", check)).isEmpty();

        Files.writeString(root().resolve("-rf.gz"), "changed");

        assertThat(run("sha256sum", "-c", "--", "-rf.gz.sha256")).contains("-rf.gz: FAILED");
    }

    @Test
    protected void laysDownPayloadSidecarOwnerAndMarkerAlone() throws Exception {
        PutRequest request = request("sub/a.gz", "a");
        destination.put(request);
        destination.put(request("b.gz", "b"));
        destination.put(request("b.gz", "another b"));
        destination.delete("b.gz");
        destination.probe();

        assertThat(files())
                .containsExactlyInAnyOrder(MARKER, "sub/a.gz", "sub/a.gz.sha256", OwnerTag.fileFor("sub/a.gz"));
        assertThat(root().resolve("sub/a.gz.sha256")).hasContent(request.sha256() + "  a.gz");
        assertThat(root().resolve(OwnerTag.fileFor("sub/a.gz")))
                .hasContent(OWNER + " " + request.transferId() + "\nsub/a.gz");
    }

    @Test
    protected void keepsCopiesFromTheEyesOfOthers() throws Exception {
        PutRequest request = request("a.gz", "a plain dump ".repeat(200_000));
        Files.setPosixFilePermissions(request.file(), PosixFilePermissions.fromString("rw-rw-rw-"));
        List<String> seen = new ArrayList<>();
        destination.put(Payloads.withProgress(request, sent -> {
            synchronized (seen) {
                seen.addAll(readableByOthers());
            }
        }));

        assertThat(seen).isEmpty();
        assertThat(readableByOthers()).isEmpty();
    }

    /** Marker and announcements say nothing that is secret. */
    private List<String> readableByOthers() {
        try {
            List<String> found = new ArrayList<>();
            for (String file : files()) {
                boolean hidden = PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(root().resolve(file), LinkOption.NOFOLLOW_LINKS))
                        .endsWith("---");
                if (!hidden && !file.equals(MARKER) && !file.startsWith(Installation.DIRECTORY)) {
                    found.add(file);
                }
            }
            return found;
        } catch (IOException e) {
            return List.of(); // a file that went away meanwhile
        }
    }

    @Test
    protected void hasOnDiskWhatItHasPut() throws Exception {
        Requires.program("filefrag", "e2fsprogs");
        Requires.that(
                tellsWhatIsNotOnDisk(), "the file system of " + temp + " does not tell what it has not written yet");
        destination.put(request("first.gz", "first"));
        PutRequest request = payloads.request("sub/a.gz", Payloads.bytes(300_000));

        destination.put(request);

        for (String file : List.of("sub/a.gz", "sub/a.gz.sha256", OwnerTag.fileFor("sub/a.gz"))) {
            assertThat(isOnDisk(root().resolve(file))).as(file).isTrue();
        }
    }

    private boolean tellsWhatIsNotOnDisk() throws Exception {
        Path file = Files.write(temp.resolve("unsynced"), Payloads.bytes(300_000));
        return !isOnDisk(file);
    }

    /** Asks the file system whether the blocks of a file have a place on disk yet. A tag or a sidecar may be in the inode itself. */
    protected static boolean isOnDisk(Path file) throws Exception {
        return !run(file.toAbsolutePath().getParent(), "filefrag", "-v", file.toString())
                .contains("delalloc");
    }

    @Test
    protected void givesTheSidecarOfANewCopyItsNameFirst() throws Exception {
        destination.put(request("sub/other.gz", "other"));
        List<String> changes = changes("sub", () -> destination.put(request("sub/a.gz", "a")));
        assertThat(changes).contains("+a.gz", "+a.gz.sha256");
        assertThat(changes.lastIndexOf("+a.gz.sha256")).as(changes.toString()).isLessThan(changes.indexOf("+a.gz"));
    }

    @Tag("core")
    @Test
    protected void takesTheSidecarOfAReplacedCopyAwayFirst() throws Exception {
        destination.put(request("sub/a.gz", "first"));
        List<String> changes = changes("sub", () -> destination.put(request("sub/a.gz", "second")));
        assertThat(changes).as(changes.toString()).containsSubsequence("-a.gz.sha256", "+a.gz", "+a.gz.sha256");
        assertThat(changes.indexOf("+a.gz.sha256")).as(changes.toString()).isGreaterThan(changes.lastIndexOf("+a.gz"));
    }

    @Tag("core")
    @Test
    protected void takesAPayloadAwayBeforeItsSidecar() throws Exception {
        destination.put(request("sub/a.gz", "first"));
        List<String> changes = changes("sub", () -> destination.delete("sub/a.gz"));
        assertThat(changes).as(changes.toString()).containsSubsequence("-a.gz", "-a.gz.sha256");
    }

    /** The names that appear and go away in a directory meanwhile, in their order, as the kernel tells them. */
    private List<String> changes(String directory, DestinationContract.Action action) throws Exception {
        Path watched = root().resolve(directory);
        String end = "end-of-the-watch";
        List<String> changes = new ArrayList<>();
        try (WatchService watch = watched.getFileSystem().newWatchService()) {
            watched.register(watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE);
            action.run();
            Files.createFile(watched.resolve(end));
            while (!changes.contains("+" + end)) {
                WatchKey key = watch.poll(HangLimit.SECONDS, TimeUnit.SECONDS);
                assertThat(key).isNotNull();
                for (WatchEvent<?> event : key.pollEvents()) {
                    String sign = event.kind() == StandardWatchEventKinds.ENTRY_CREATE ? "+" : "-";
                    changes.add(sign + event.context());
                }
                key.reset();
            }
        } finally {
            Files.deleteIfExists(watched.resolve(end));
        }
        return changes;
    }

    @Test
    protected void takesNoDirectoryForACopy() throws Exception {
        destination.put(request("there.gz", "there"));
        Path inside = Files.writeString(
                Files.createDirectories(root().resolve("a.gz")).resolve("inside"), "x");
        for (Map.Entry<String, DestinationContract.Action> call :
                Calls.naming(destination, request("a.gz", "a"), "there.gz").entrySet()) {
            Assertions.assertThatThrownBy(call.getValue()::run)
                    .as(call.getKey())
                    .isInstanceOfSatisfying(
                            FailureException.class,
                            e -> assertThat(e.failure().code())
                                    .as(call.getKey() + ": " + e.getMessage())
                                    .isEqualTo(ErrorCode.DESTINATION_NAME_TAKEN));
        }
        assertThat(inside).hasContent("x");
        assertThat(list()).containsExactlyInAnyOrder("there.gz", "a.gz/inside");
    }

    @Tag("core")
    @Test
    protected void putsNothingBelowAFile() throws Exception {
        destination.put(request("a.gz", "a"));
        refusesAsTaken("a.gz/b.gz");
        assertThat(list()).containsExactly("a.gz");
    }

    @Test
    protected void putsNothingBelowASidecar() throws Exception {
        destination.put(request("a.gz", "a"));
        refusesAsTaken("a.gz.sha256/b.gz");
        refusesAsTaken("a.gz.sha256/sub/b.gz");
        assertThat(list()).containsExactly("a.gz");
        assertThat(root().resolve("a.gz.sha256")).isNotEmptyFile();
    }

    /** A retry would find it there again, whereas another name is free. */
    @Test
    protected void givesNoNameWhoseSidecarOrOwnerIsADirectory() throws Exception {
        destination.put(request("there.gz", "there"));
        for (String beside : List.of("a.gz.sha256", OwnerTag.fileFor("a.gz"))) {
            Path directory = Files.createDirectories(root().resolve(beside));
            refusesAsTaken("a.gz");
            assertThat(directory).isEmptyDirectory();
            Path inside = Files.writeString(directory.resolve("inside"), "x");
            refusesAsTaken("a.gz");
            Path old = Files.writeString(root().resolve("a.gz"), "Heratio's");
            refusesAsTaken("a.gz");
            destination.delete("a.gz");

            assertThat(inside).hasContent("x");
            assertThat(old).doesNotExist();
            Trees.delete(directory);
        }
        destination.put(request("a.gz", "a"));
        assertThat(list()).containsExactlyInAnyOrder("there.gz", "a.gz");
    }

    /** Says that a put is refused before a byte is sent, so that another name costs nothing. */
    private void refusesAsTaken(String name) throws Exception {
        List<Long> sent = new ArrayList<>();
        for (PutRequest request :
                List.of(request(name, "refused"), Payloads.replacingOnlyItsOwn(request(name, "refused")))) {
            PutRequest watched = Payloads.withProgress(request, sent::add);
            assertFails(ErrorCode.DESTINATION_NAME_TAKEN, () -> destination.put(watched));
        }
        assertThat(sent).isEmpty();
    }

    @Test
    protected void refusesNamesThatTheDirectoryCannotHold() throws Exception {
        destination.put(request("there.gz", "there"));
        for (String name : List.of(
                "/etc/passwd",
                "a//b.gz",
                "a/",
                "nul\0nul.gz",
                MARKER,
                PARTIAL,
                PARTIAL + "/x",
                "there.gz.sha256",
                "sub/x.sha256",
                "x".repeat(300))) {
            Calls.naming(destination, request(name, "x"), "there.gz")
                    .forEach((method, call) -> Assertions.assertThatThrownBy(call::run)
                            .as(method + " of '" + name + "'")
                            .isInstanceOfSatisfying(
                                    FailureException.class,
                                    e -> assertThat(e.failure().code())
                                            .as(method + " of '" + name + "': " + e.getMessage())
                                            .isEqualTo(ErrorCode.ARCHIVE_NAME_UNUSABLE)));
        }
        assertThat(list()).containsExactly("there.gz");
    }

    /** Returns how a put is refused below a directory that is a link. */
    protected ErrorCode refusalOfALink() {
        return ErrorCode.DESTINATION_DENIED;
    }

    @Tag("core")
    @Test
    protected void followsNoDirectoryThatIsALinkOutOfThePlace() throws Exception {
        destination.put(request("there.gz", "there"));
        Path outside = Files.createDirectory(temp.resolve("outside"));
        Files.writeString(outside.resolve("a.gz"), "theirs");
        Files.createSymbolicLink(root().resolve("sub"), outside);
        Files.createSymbolicLink(root().resolve("nowhere"), temp.resolve("no such directory"));
        for (String name : List.of("sub/a.gz", "sub/deep/b.gz", "nowhere/c.gz")) {
            PutRequest request = request(name, "ours");
            assertFails(refusalOfALink(), () -> destination.put(request));
            Assertions.assertThatThrownBy(() -> destination.open(name, 0, 100)).isInstanceOf(FailureException.class);
            attempt(() -> assertThat(destination.look(name)).isEmpty());
            attempt(() -> assertThat(destination.remoteChecksum(name, 100, done -> {}))
                    .isEmpty());
            attempt(() -> destination.delete(name));
        }

        assertThat(outside.resolve("a.gz")).hasContent("theirs");
        assertThat(outside).isDirectoryNotContaining(file -> !file.endsWith("a.gz"));
        assertThat(temp.resolve("no such directory")).doesNotExist();
        assertThat(list()).containsExactly("there.gz");
    }

    @Test
    protected void aPlaceThatIsALinkItselfIsNoTrouble() throws Exception {
        Path real = Files.createDirectories(root().resolveSibling("another disk"));
        Files.createSymbolicLink(root(), real);

        destination.put(request("sub/a.gz", "a"));

        assertThat(real.resolve("sub/a.gz")).hasContent("a");
        assertThat(destination.stat("sub/a.gz")).isPresent();
        destination.delete("sub/a.gz");
        assertThat(list()).isEmpty();
    }

    @Test
    protected void aLinkInPlaceOfTheDirectoriesOfOurFilesIsNotWrittenThrough() throws Exception {
        destination.put(request("there.gz", "there"));
        for (String ours : List.of(OwnerTag.DIRECTORY, PARTIAL)) {
            Path outside = Files.createDirectory(temp.resolve("outside of " + ours));
            Path link = root().resolve(ours);
            clear(ours);
            Files.createSymbolicLink(link, outside);
            attempt(() -> destination.put(request("a.gz", "a")));
            attempt(() -> destination.announce(new Installation(OWNER, "host.example.org")));
            attempt(destination::probe);
            attempt(() -> destination.removeAbandoned(OWNER, Set.of()));

            assertThat(outside).isEmptyDirectory();
            clear(ours);
        }
    }

    @Test
    protected void clearingAwayFollowsNoLink() throws Exception {
        destination.put(request("there.gz", "there"));
        Path outside = Files.createDirectory(temp.resolve("outside"));
        String partial = DirectoryLayout.partial(OWNER, "transfer-");
        Path file = Files.writeString(outside.resolve(partial + "1"), "theirs");
        Path part = Files.writeString(outside.resolve(partial + "2.part"), "theirs");
        Path below = Files.writeString(
                Files.createDirectory(outside.resolve(partial + "3")).resolve("payload"), "theirs");
        clear(PARTIAL);
        Files.createSymbolicLink(root().resolve(PARTIAL), outside);

        attempt(() -> destination.removeAbandoned(OWNER, Set.of()));

        assertThat(List.of(file, part, below))
                .allSatisfy(each -> assertThat(each).hasContent("theirs"));
    }

    /** The names that any driver gives to what it writes before it has its name. */
    @Test
    protected void aLinkInPlaceOfAPartialFileIsNotWrittenThrough() throws Exception {
        destination.put(request("there.gz", "there"));
        Path victim = Files.writeString(temp.resolve("victim"), "theirs");
        for (boolean flat : new boolean[] {true, false}) {
            PutRequest request = request("a.gz", "ours");
            String partial = PARTIAL + "/" + DirectoryLayout.partial(OWNER, request.transferId());
            List<String> links = flat
                    ? List.of("", ".part", ".sha256", ".sha256.part", ".owner", ".owner.part")
                    : List.of("/payload", "/sidecar", "/tag", "/claim");
            clear(PARTIAL);
            for (String link : links) {
                link(partial + link, victim);
            }
            link(PARTIAL + "/a.gz", victim);
            link("a.gz.sha256", victim);

            attempt(() -> destination.put(request));

            assertThat(victim).hasContent("theirs");
            Files.deleteIfExists(root().resolve("a.gz.sha256"));
        }
    }

    @Test
    protected void aLinkInPlaceOfTheMarkerIsNotWrittenThrough() throws Exception {
        Path victim = Files.writeString(temp.resolve("victim"), "theirs");
        Files.writeString(Files.createDirectories(root()).resolve("old.gz"), "old");
        for (Path to : List.of(victim, temp.resolve("nothing yet"))) {
            Files.deleteIfExists(root().resolve(MARKER));
            link(MARKER, to);
            attempt(() -> opened(() -> false).put(request("a.gz", "a")));
        }
        assertThat(victim).hasContent("theirs");
        assertThat(temp.resolve("nothing yet")).doesNotExist();
    }

    private void clear(String name) {
        if (Files.exists(root().resolve(name), LinkOption.NOFOLLOW_LINKS)) {
            Trees.delete(root().resolve(name));
        }
    }

    private void link(String name, Path to) throws IOException {
        Files.createDirectories(root().resolve(name).getParent());
        Files.createSymbolicLink(root().resolve(name), to);
    }

    /** Does something that may be refused. */
    private static void attempt(DestinationContract.Action action) throws Exception {
        try {
            action.run();
        } catch (FailureException e) {
            assertThat(e.failure().code()).as(e.getMessage()).isNotEqualTo(ErrorCode.UNEXPECTED);
        }
    }

    @Test
    protected void trustsNoBytesOfAPartialThatRotted() throws Exception {
        PutRequest request = payloads.request("a.gz", Payloads.bytes(24 << 20));
        Interrupting.inTheMiddle(destination, request);
        for (String file : files()) {
            if (file.startsWith(PARTIAL) && Files.size(root().resolve(file)) > 1_000) {
                payloads.flipAByte(root().resolve(file), 500);
            }
        }

        destination.put(request);

        assertThat(Payloads.sha256(Files.readAllBytes(root().resolve("a.gz")))).isEqualTo(request.sha256());
    }

    @Test
    protected void leavesNoPartialOnceItIsAbandoned() throws Exception {
        destination.put(request("a.gz", "a"));
        Interrupting.inTheMiddle(destination, payloads.request("b.gz", Payloads.bytes(24 << 20)));

        destination.removeAbandoned(OWNER, Set.of());

        assertThat(files()).filteredOn(file -> file.startsWith(PARTIAL)).isEmpty();
        assertThat(list()).contains("a.gz");
    }

    @Test
    protected void hasNoSidecarOfItsOwnBesideACopyOfHeratios() throws Exception {
        Files.createDirectories(root());
        Files.writeString(root().resolve("old.gz"), "old");
        Files.writeString(root().resolve("old.gz.sha256"), "A".repeat(64) + "  old.gz");
        Files.writeString(root().resolve("bare.gz"), "bare");
        Destination adopted = opened(() -> true);

        assertThat(adopted.stat("old.gz")).contains(new Stored("old.gz", 3, "a".repeat(64)));
        assertThat(adopted.stat("bare.gz")).contains(new Stored("bare.gz", 4, null));
        assertThat(adopted.stat("gone.gz")).isEmpty();
        assertFails(ErrorCode.COPY_MISSING, () -> adopted.open("gone.gz", 0, Long.MAX_VALUE));
    }

    private PutRequest request(String name, String content) throws IOException {
        return payloads.request(name, content.getBytes(StandardCharsets.UTF_8));
    }

    private List<String> list() throws Exception {
        List<String> names = new ArrayList<>();
        destination.list(stored -> names.add(stored.name()));
        return names;
    }

    /** The files below the root, directories left out. */
    private List<String> files() throws IOException {
        if (!Files.exists(root())) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(root())) {
            return all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .map(file -> root().relativize(file).toString())
                    .toList();
        }
    }

    private String run(String... command) throws Exception {
        return run(root(), command);
    }

    private static String run(Path directory, String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
