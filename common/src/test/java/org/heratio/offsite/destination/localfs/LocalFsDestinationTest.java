package org.heratio.offsite.destination.localfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.destination.DestinationContract;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.files.Pipes;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.Requires;
import org.heratio.offsite.testing.SmallDisk;
import org.junit.jupiter.api.Test;

class LocalFsDestinationTest extends DestinationContract {

    private Path root;

    @Override
    protected Destination open() {
        root = temp.resolve("destination");
        return new LocalFsDestination(root);
    }

    @Override
    protected Destination forbidden() throws Exception {
        SmallDisk disk = closing(new SmallDisk(temp.resolve("disk"), 1 << 20));
        disk.readOnly();
        return closing(new LocalFsDestination(disk.path()));
    }

    @Override
    protected ErrorCode refusal() {
        return ErrorCode.DESTINATION_READ_ONLY;
    }

    @Override
    protected Narrow narrow() throws Exception {
        SmallDisk disk = closing(new SmallDisk(temp.resolve("disk"), 2 << 20));
        disk.fill(256 << 10);
        return new Narrow(closing(new LocalFsDestination(disk.path())), disk::makeRoom);
    }

    @Override
    protected Destination limited(RateLimit limit) {
        return new LocalFsDestination(temp.resolve("limited"), () -> false, limit);
    }

    /** A put waits for the disk each time. */
    @Override
    protected void putAll(List<PutRequest> requests) throws Exception {
        destination.put(requests.get(0));
        layDown(root, requests);
    }

    @Test
    void findsWhatHeratioPutBelowADirectoryWithASlashAtItsEnd() {
        assertThat(destination.nameOf(destination.remotePath("a.gz").replace("/a.gz", "//a.gz")))
                .isEqualTo("a.gz");
    }

    @Test
    void leavesNothingBesideCopySidecarAndOwner() throws Exception {
        destination.put(payloads.request("sub/a.gz", bytes("a")));
        interruptInTheMiddle(payloads.request("b.gz", Payloads.bytes(1_000_000)));
        destination.probe();

        assertThat(files())
                .containsExactlyInAnyOrder(
                        DirectoryLayout.MARKER,
                        "sub",
                        "sub/a.gz",
                        "sub/a.gz.sha256",
                        ".offsite",
                        ".offsite/owners",
                        OwnerTag.fileFor("sub/a.gz"));
    }

    @Test
    void removesWhatAKilledProcessLeft() throws Exception {
        destination.put(payloads.request("a.gz", bytes("a")));
        Path partial = Files.createDirectories(root.resolve(DirectoryLayout.PARTIAL));
        for (String name : new String[] {
            OWNER + ".1-1.part",
            OWNER + ".1-1.sha256.part",
            OWNER + ".1-1.owner.part",
            OWNER + ".2-2.part",
            OWNER + "x.1-1.part",
            "probe.1.part"
        }) {
            Files.writeString(partial.resolve(name), "half");
        }

        destination.removeAbandoned(OWNER, Set.of("2-2"));

        assertThat(partial).isDirectoryContaining("glob:**.2-2.part");
        assertThat(files())
                .filteredOn(file -> file.endsWith(".part"))
                .containsExactlyInAnyOrder(
                        DirectoryLayout.PARTIAL + "/" + OWNER + ".2-2.part",
                        DirectoryLayout.PARTIAL + "/" + OWNER + "x.1-1.part");
    }

    @Test
    void aPipeInPlaceOfTheMarkerFailsThePut() throws Exception {
        Files.createDirectories(root);
        Pipes.make(root.resolve(DirectoryLayout.MARKER));

        PutRequest request = payloads.request("a.gz", bytes("a"));
        assertFails(ErrorCode.DESTINATION_IO, () -> destination.put(request));
        assertThat(root.resolve("a.gz")).doesNotExist();
    }

    @Test
    void aPipeInPlaceOfAnUnfinishedPutFailsThePut() throws Exception {
        PutRequest request = payloads.request("a.gz", bytes("a"));
        Path partial = Files.createDirectories(root.resolve(DirectoryLayout.PARTIAL));
        Pipes.make(partial.resolve(OWNER + "." + request.transferId() + ".part"));

        assertFails(ErrorCode.DESTINATION_IO, () -> destination.put(request));
        assertThat(root.resolve("a.gz")).doesNotExist();
    }

    @Test
    void writesOverWhatAKilledProcessLeftOfTheSamePut() throws Exception {
        PutRequest request = payloads.request("a.gz", bytes("whole"));
        Path partial = Files.createDirectories(root.resolve(DirectoryLayout.PARTIAL));
        Files.writeString(partial.resolve(OWNER + "." + request.transferId() + ".part"), "a much longer half of it");

        destination.put(request);

        assertThat(read("a.gz", 0)).isEqualTo(bytes("whole"));
        assertThat(partial).doesNotExist();
    }

    @Test
    void anInterruptedOpenLeavesNoDescriptor() throws Exception {
        Path descriptors = Path.of("/proc/self/fd");
        Requires.that(Files.isDirectory(descriptors), "needs /proc");
        destination.put(payloads.request("a.gz", bytes("whole")));
        for (int i = 0; i < 20; i++) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> destination.open("a.gz", 0, 5)).isInstanceOf(InterruptedException.class);
        }
        try (Stream<Path> all = Files.list(descriptors)) {
            assertThat(all.filter(Files::isSymbolicLink).map(LocalFsDestinationTest::target))
                    .doesNotContain(root.resolve("a.gz"));
        }
    }

    private static Path target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor);
        } catch (IOException e) {
            return descriptor; // closed meanwhile
        }
    }

    /** A crash between the copy's name and the end of the put leaves both names. */
    @Test
    void writesIntoNoCopyThatACrashLeftUnderTheNameOfItsPutToo() throws Exception {
        destination.put(payloads.request("a.gz", bytes("whole")));
        PutRequest request = payloads.request("b.gz", bytes("others"));
        Path partial = Files.createDirectories(root.resolve(DirectoryLayout.PARTIAL));
        Files.createLink(partial.resolve(OWNER + "." + request.transferId() + ".part"), root.resolve("a.gz"));

        destination.put(request);

        assertThat(read("a.gz", 0)).isEqualTo(bytes("whole"));
        assertThat(read("b.gz", 0)).isEqualTo(bytes("others"));
        assertThat(partial).doesNotExist();
    }

    @Test
    void refusesASecondPutOfTheSameCopyMeanwhile() throws Exception {
        PutRequest request = payloads.request("a.gz", Payloads.bytes(2_000_000));
        CountDownLatch underWay = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Destination second = new LocalFsDestination(root);
        PutRequest slow = Payloads.withProgress(request, sent -> {
            underWay.countDown();
            try {
                goOn.await(HangLimit.SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        inParallel(2, List.of(() -> destination.put(slow), () -> {
            try {
                assertThat(underWay.await(HangLimit.SECONDS, TimeUnit.SECONDS)).isTrue();
                assertFails(ErrorCode.DESTINATION_BUSY, () -> destination.put(request));
                assertFails(ErrorCode.DESTINATION_BUSY, () -> second.put(request));
                second.removeAbandoned(OWNER, Set.of());
            } finally {
                goOn.countDown();
            }
        }));

        assertThat(Payloads.sha256(read("a.gz", 0))).isEqualTo(request.sha256());
    }

    @Test
    void hasOneWholeWinnerAmongTwoProcesses() throws Exception {
        Destination second = new LocalFsDestination(root);
        destination.probe();
        for (int round = 0; round < 20; round++) {
            PutRequest one = payloads.request("a.gz", bytes("one " + round));
            PutRequest other = payloads.request("a.gz", bytes("the other " + round));
            inParallel(2, List.of(() -> destination.put(one), () -> second.put(other)));
            Stored stored = destination.stat("a.gz").orElseThrow();
            assertThat(stored.sha256()).isEqualTo(Payloads.sha256(read("a.gz", 0)));
        }
    }

    @Test
    void saysThatTheDirectoryAboveIsMissing() throws Exception {
        Destination nowhere = new LocalFsDestination(temp.resolve("no/such/place"));
        PutRequest request = payloads.request("a.gz", bytes("a"));

        assertFails(ErrorCode.DESTINATION_MISCONFIGURED, () -> nowhere.put(request));
        assertFails(ErrorCode.DESTINATION_MISCONFIGURED, nowhere::probe);
        Path file = Files.writeString(temp.resolve("file"), "x");
        assertFails(ErrorCode.DESTINATION_MISCONFIGURED, () -> new LocalFsDestination(file).probe());
    }

    @Test
    void followsNoLinkOutOfTheDestination() throws Exception {
        destination.put(payloads.request("a.gz", bytes("a")));
        Path outside = Files.createDirectory(temp.resolve("outside"));
        Path secret = Files.writeString(outside.resolve("secret"), "secret");
        Files.createSymbolicLink(root.resolve("sub"), outside);
        Files.createSymbolicLink(root.resolve("link.gz"), secret);

        assertFails(ErrorCode.DESTINATION_DENIED, () -> destination.put(payloads.request("sub/x.gz", bytes("x"))));
        assertFails(ErrorCode.DESTINATION_DENIED, () -> read("sub/secret", 0));
        assertFails(ErrorCode.DESTINATION_DENIED, () -> destination.delete("sub/secret"));
        assertFails(ErrorCode.DESTINATION_NAME_TAKEN, () -> read("link.gz", 0));
        assertThat(list()).containsOnlyKeys("a.gz");
        assertThat(outside).isDirectoryContaining("glob:**/secret");
        assertThat(secret).hasContent("secret");
    }

    @Test
    void aLinkThatLeadsNowhereIsInTheWayOfACopy() throws Exception {
        destination.put(payloads.request("a.gz", bytes("a")));
        Files.createSymbolicLink(root.resolve("loop.gz"), Path.of("loop.gz"));
        Files.createSymbolicLink(root.resolve("dangling.gz"), Path.of("gone"));

        for (String name : List.of("loop.gz", "dangling.gz")) {
            assertFails(ErrorCode.DESTINATION_NAME_TAKEN, () -> destination.look(name));
        }
    }

    @Test
    void saysThatTheDiskIsFullAndRecovers() throws Exception {
        withSmallDisk(disk -> {
            Destination small = new LocalFsDestination(disk);
            small.put(payloads.request("a.gz", Payloads.bytes(100_000)));
            PutRequest tooBig = payloads.request("b.gz", Payloads.bytes(3_000_000));

            assertFails(ErrorCode.DESTINATION_FULL, () -> small.put(tooBig));
            assertThat(small.stat("b.gz")).isEmpty();
            assertThat(disk.resolve(DirectoryLayout.PARTIAL)).doesNotExist();

            Path ballast = disk.resolve("ballast");
            fill(ballast);
            assertFails(ErrorCode.DESTINATION_FULL, small::probe);
            IOException inGerman = new IOException("Auf dem Ger\u00e4t ist kein Speicherplatz mehr verf\u00fcgbar");
            assertThat(new LocalFsFailures(disk)
                            .classify("writing", inGerman)
                            .failure()
                            .code())
                    .isEqualTo(ErrorCode.DESTINATION_FULL);
            Files.delete(ballast);
            small.probe();
            small.put(payloads.request("c.gz", Payloads.bytes(500_000)));
        });
    }

    @Test
    void saysThatTheDiskIsReadOnly() throws Exception {
        withSmallDisk(disk -> {
            Destination small = new LocalFsDestination(disk);
            small.put(payloads.request("a.gz", bytes("a")));
            run(disk, "mount", "-o", "remount,ro", disk.toString());

            PutRequest second = payloads.request("b.gz", bytes("b"));
            assertFails(ErrorCode.DESTINATION_READ_ONLY, () -> small.put(second));
            assertFails(ErrorCode.DESTINATION_READ_ONLY, small::probe);
            assertThat(small.stat("a.gz")).isPresent();

            run(disk, "mount", "-o", "remount,rw", disk.toString());
            small.probe();
            small.put(second);
        });
    }

    private interface DiskTest {
        void run(Path disk) throws Exception;
    }

    private void withSmallDisk(DiskTest test) throws Exception {
        Path disk = Files.createDirectory(temp.resolve("disk"));
        boolean mounted = exit("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString()) == 0;
        Requires.that(mounted, "needs the right to mount a small tmpfs");
        try {
            test.run(disk);
        } finally {
            exit("umount", disk.toString());
        }
    }

    private static void fill(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            while (true) {
                channel.write(ByteBuffer.allocate(4096));
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(file -> !file.equals(root))
                    .map(file -> root.relativize(file).toString())
                    .toList();
        }
    }

    private static int exit(String... command) throws Exception {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor();
        } catch (IOException e) {
            return -1;
        }
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
