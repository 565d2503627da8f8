package org.heratio.offsite.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.LocalTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.heratio.offsite.config.Bandwidth;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.HeldFile;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every destination does. A new driver joins by overriding {@link #open()}; where it has to do less, it overrides a test and
 * says why.
 */
public abstract class DestinationContract {

    /** The installation that the puts of this suite belong to. */
    protected static final String OWNER = "contract-owner";
    /** The size of a part, for a driver that sends parts. */
    private static final int PART = 5 << 20;

    private static final int COPIES = Integer.getInteger("offsite.copies", 3_000);

    @TempDir
    protected Path temp;

    protected Destination destination;
    protected Payloads payloads;
    private final Deque<AutoCloseable> toClose = new ArrayDeque<>();

    /**
     * A new, empty place, and a driver for it. Called once for each test, before a {@code @BeforeEach} of the subclass: start the server
     * here, or once for the class.
     */
    protected abstract Destination open() throws Exception;

    /** A place where it may not put anything. */
    protected abstract Destination forbidden() throws Exception;

    /** How that place refuses: by its rights, or as a disk that is mounted read-only. */
    protected ErrorCode refusal() {
        return ErrorCode.DESTINATION_DENIED;
    }

    /** A place that has no room for half a megabyte. */
    protected abstract Narrow narrow() throws Exception;

    /** A driver for an empty place, whose puts keep to a rate. */
    protected abstract Destination limited(RateLimit limit) throws Exception;

    /** Names that no copy can have. A driver adds what else its place cannot hold. */
    protected List<String> unusableNames() {
        return List.of(
                "",
                ".",
                "..",
                "../outside.gz",
                "a/../../outside.gz",
                "a/./b.gz",
                "a/..",
                OwnerTag.DIRECTORY,
                OwnerTag.fileFor("a.gz"),
                Installation.DIRECTORY + "/" + OWNER);
    }

    /** A destination, and what makes room at it. */
    public record Narrow(Destination destination, Action makeRoom) {}

    /** Closed after the test, before what was handed in earlier. */
    protected <T extends AutoCloseable> T closing(T resource) {
        toClose.push(resource);
        return resource;
    }

    /** How many copies the list test makes: more than fit into a page, a pipe or a buffer. */
    protected int many() {
        return COPIES;
    }

    /** Puts many copies; for a driver to which each put is dear, a quicker way to the same files. */
    protected void putAll(List<PutRequest> requests) throws Exception {
        inParallel(
                8,
                requests.stream()
                        .map(request -> (Action) () -> destination.put(request))
                        .toList());
    }

    /** Names that have broken programs before. */
    protected static List<String> oddNames() {
        return List.of(
                "database_heratio_2024-01-02_030405.sql.gz",
                "with space.gz",
                " leading and trailing ",
                "it's \"quoted\".gz",
                "new\nline.gz",
                "back\\slash.gz",
                "tab\tand\u0007bell.gz",
                "-rf.gz",
                "--delete",
                "$(touch pwned) `id` ${HOME} ; rm -rf ~ & | > x",
                "ü\n'; rm",
                "100%25 plus+sign #hash ?query &amp; *star [a-z] {b} ~ = , : @ !.gz",
                ".hidden.gz",
                "\u65e5\u672c\u8a9e-\uD83D\uDCBE.tar.gz",
                "binlogs/mysql-bin.000123",
                "a/b c/\u00fc/-d/e.gz",
                "new\nline/x.gz",
                "name.gpg");
    }

    @BeforeEach
    protected void openDestination() throws Exception {
        destination = open();
        payloads = new Payloads(Files.createDirectories(temp.resolve("payloads")), OWNER);
    }

    @AfterEach
    protected void closeAll() throws Exception {
        destination.close();
        while (!toClose.isEmpty()) {
            toClose.pop().close();
        }
    }

    @Test
    protected void givesBackWhatWasPutUnderAnyName() throws Exception {
        Map<String, PutRequest> requests = new HashMap<>();
        for (String name : oddNames()) {
            requests.put(name, payloads.request(name, bytes(name)));
        }
        inParallel(
                4,
                oddNames().stream()
                        .map(name -> (Action) () -> {
                            PutRequest request = requests.get(name);
                            assertThat(destination.put(request))
                                    .isEqualTo(new Stored(name, request.size(), request.sha256()));
                        })
                        .toList());

        Map<String, Stored> listed = list();
        assertThat(listed).containsOnlyKeys(oddNames());
        inParallel(
                4,
                oddNames().stream()
                        .map(name -> (Action) () -> isThereAndCanBeDeleted(requests.get(name), listed.get(name)))
                        .toList());
        assertThat(list()).isEmpty();
    }

    private void isThereAndCanBeDeleted(PutRequest request, Stored listed) throws Exception {
        String name = request.name();
        assertThat(destination.stat(name)).contains(new Stored(name, request.size(), request.sha256()));
        assertThat(read(name, 0)).as(name).isEqualTo(bytes(name));
        assertThat(listed.size()).as(name).isEqualTo(request.size());
        // a store may keep the hash where a listing does not show it
        assertThat(listed.sha256()).as(name).isIn(request.sha256(), null);
        assertThat(destination.nameOf(destination.remotePath(name))).isEqualTo(name);
        destination.delete(name);
    }

    @Test
    protected void sendsNoByteOfAFileThatTookTheNameOfThePayload() throws Exception {
        PutRequest request = payloads.request("a.gz", Payloads.bytes(300_000));
        try (HeldFile held = HeldFile.read(request.file())) {
            Files.delete(request.file());
            Files.write(request.file(), new byte[300_000]);
            destination.put(Payloads.at(request, held.path()));
        }
        assertThat(read("a.gz", 0)).isEqualTo(Payloads.bytes(300_000));
    }

    @Test
    protected void hashesWhatIsThereOrLeavesThatToTheReader() throws Exception {
        PutRequest request = payloads.request("it's a.gz", Payloads.bytes(300_000));
        destination.put(request);

        Optional<Stored> hashed = destination.remoteChecksum("it's a.gz", Long.MAX_VALUE, done -> {});
        assertThat(hashed)
                .isIn(Optional.empty(), Optional.of(new Stored("it's a.gz", request.size(), request.sha256())));
        if (hashed.isPresent()) {
            assertFails(
                    ErrorCode.COPY_MISSING, () -> destination.remoteChecksum("missing.gz", Long.MAX_VALUE, done -> {}));
        }
    }

    @Test
    protected void holdsZeroBytesOneByteAndManyBytes() throws Exception {
        for (int size : new int[] {0, 1, 4096, 65_537, PART - 1, PART, PART + 1, 2 * PART}) {
            byte[] bytes = Payloads.bytes(size);
            destination.put(payloads.request("size-" + size, bytes));
            assertThat(read("size-" + size, 0)).isEqualTo(bytes);
            assertThat(destination.stat("size-" + size).orElseThrow().size()).isEqualTo(size);
        }
    }

    @Test
    protected void keepsComposedAndDecomposedNamesApart() throws Exception {
        destination.put(payloads.request("caf\u00e9.gz", bytes("composed")));
        destination.put(payloads.request("cafe\u0301.gz", bytes("decomposed")));

        assertThat(read("caf\u00e9.gz", 0)).isEqualTo(bytes("composed"));
        assertThat(read("cafe\u0301.gz", 0)).isEqualTo(bytes("decomposed"));
        assertThat(list()).containsOnlyKeys("caf\u00e9.gz", "cafe\u0301.gz");
    }

    @Test
    protected void keepsUpperAndLowerCaseApart() throws Exception {
        destination.put(payloads.request("A.GZ", bytes("upper")));
        destination.put(payloads.request("a.gz", bytes("lower")));

        assertThat(read("A.GZ", 0)).isEqualTo(bytes("upper"));
        assertThat(read("a.gz", 0)).isEqualTo(bytes("lower"));
    }

    @Test
    protected void holdsTheLongestNameThatItPromises() throws Exception {
        int max = destination.capabilities().maxNameBytes();
        String ascii = "a".repeat(max - 3) + ".gz";
        String wide = "ü".repeat((max - 4) / 2) + (max % 2 == 0 ? "" : "x") + ".gpg";
        for (String name : List.of(ascii, wide, "directory/" + ascii)) {
            destination.put(payloads.request(name, bytes(name)));
            assertThat(read(name, 0)).isEqualTo(bytes(name));
            assertThat(destination.stat(name)).isPresent();
        }
    }

    @Tag("core")
    @Test
    protected void replacesWhatIsAtTheName() throws Exception {
        destination.put(payloads.request("a.gz", Payloads.bytes(100_000)));
        PutRequest second = payloads.request("a.gz", bytes("second"));

        destination.put(second);

        assertThat(read("a.gz", 0)).isEqualTo(bytes("second"));
        assertThat(destination.stat("a.gz")).contains(new Stored("a.gz", 6, second.sha256()));
        assertThat(list()).hasSize(1);
    }

    @Test
    protected void acceptsWhatAnEarlierPutLeftAndNothingElse() throws Exception {
        PutRequest request = payloads.request("a.gz", bytes("first"));
        assertFails(ErrorCode.DESTINATION_IO, () -> destination.accept(request));
        destination.put(request);

        destination.accept(request);

        assertThat(read("a.gz", 0)).isEqualTo(bytes("first"));
        for (String text : new String[] {"other", "of another size"}) {
            PutRequest other = payloads.request("a.gz", bytes(text));
            assertFails(ErrorCode.DESTINATION_IO, () -> destination.accept(other));
            assertThat(read("a.gz", 0)).isEqualTo(bytes("first"));
        }
    }

    @Tag("core")
    @Test
    protected void knowsForCertainThatSomethingIsNotThere() throws Exception {
        destination.put(payloads.request("there.gz", bytes("x")));

        assertThat(destination.stat("missing.gz")).isEmpty();
        assertThat(destination.stat("no/such/directory/missing.gz")).isEmpty();
        assertFails(ErrorCode.COPY_MISSING, () -> read("missing.gz", 0));
        assertFails(ErrorCode.COPY_MISSING, () -> read("no/such/directory/missing.gz", 0));
    }

    @Test
    protected void hasNothingBeforeTheFirstPut() throws Exception {
        assertThat(destination.stat("a.gz")).isEmpty();
        assertThat(list()).isEmpty();
        destination.delete("a.gz");
        destination.removeAbandoned(OWNER, Set.of());
    }

    @Tag("core")
    @Test
    protected void readsFromAnOffset() throws Exception {
        byte[] bytes = Payloads.bytes(300_000);
        destination.put(payloads.request("a.gz", bytes));

        assertThat(read("a.gz", 200_000)).isEqualTo(Arrays.copyOfRange(bytes, 200_000, 300_000));
        assertThat(read("a.gz", 299_999)).hasSize(1);
        assertThat(read("a.gz", 300_000)).isEmpty();
        assertThat(read("a.gz", 1L << 40)).isEmpty();
    }

    @Tag("core")
    @Test
    protected void readsNoMoreThanWasExpected() throws Exception {
        byte[] bytes = Payloads.bytes(300_000);
        destination.put(payloads.request("a.gz", bytes));

        for (int expected : new int[] {0, 1, 299_999}) {
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            try (InputStream in = destination.open("a.gz", 0, expected)) {
                assertThatThrownBy(() -> in.transferTo(read))
                        .isInstanceOfSatisfying(
                                IOException.class,
                                e -> assertThat(CopyStream.isTooLong(e))
                                        .as(e.toString())
                                        .isTrue());
            }
            assertThat(read.size()).isLessThanOrEqualTo(expected);
        }
        assertThat(read("a.gz", 0, 300_000)).isEqualTo(bytes);
        assertThat(read("a.gz", 200_000, 300_000)).hasSize(100_000);
    }

    @Test
    protected void letsAReaderGoInTheMiddle() throws Exception {
        destination.put(payloads.request("a.gz", Payloads.bytes(3_000_000)));
        for (int i = 0; i < 3; i++) {
            try (InputStream in = destination.open("a.gz", 0, Long.MAX_VALUE)) {
                assertThat(in.read()).isEqualTo(Payloads.bytes(1)[0] & 0xff);
            }
        }
        assertThat(read("a.gz", 0)).hasSize(3_000_000);
    }

    @Tag("core")
    @Test
    protected void refusesBytesThatAreNotThoseThatWerePromised() throws Exception {
        PutRequest good = payloads.request("a.gz", Payloads.bytes(200_000));
        PutRequest bad = new PutRequest(
                good.name(), good.file(), good.size(), "0".repeat(64), OWNER, good.transferId(), true, bytes -> {});

        assertFails(ErrorCode.PAYLOAD_CORRUPT, () -> destination.put(bad));

        assertThat(destination.stat("a.gz")).isEmpty();
        assertThat(list()).isEmpty();
        destination.put(good);
        assertThat(read("a.gz", 0)).hasSize(200_000);
    }

    @Test
    protected void keepsTheOldCopyWhenItsReplacementIsNotWhatWasPromised() throws Exception {
        PutRequest old = payloads.request("a.gz", bytes("old"));
        destination.put(old);
        PutRequest rotten = payloads.request("a.gz", Payloads.bytes(200_000));
        payloads.flipAByte(rotten.file(), 100_000);

        assertFails(ErrorCode.PAYLOAD_CORRUPT, () -> destination.put(rotten));

        assertThat(read("a.gz", 0)).isEqualTo(bytes("old"));
        assertThat(destination.stat("a.gz")).contains(new Stored("a.gz", 3, old.sha256()));
    }

    @Test
    protected void refusesAPayloadThatIsShorterOrLongerThanPromised() throws Exception {
        for (long size : new long[] {99, 101}) {
            PutRequest is = payloads.request("a.gz", Payloads.bytes(100));
            PutRequest asked =
                    new PutRequest("a.gz", is.file(), size, is.sha256(), OWNER, is.transferId(), true, bytes -> {});
            assertFails(ErrorCode.PAYLOAD_CORRUPT, () -> destination.put(asked));
            assertThat(list()).isEmpty();
        }
    }

    @Tag("core")
    @Test
    protected void saysThatItMayNotWrite() throws Exception {
        Destination forbidden = forbidden();
        PutRequest request = payloads.request("a.gz", bytes("x"));
        assertFails(refusal(), () -> forbidden.put(request));
    }

    @Test
    protected void findsOutThatItMayNotWriteWithoutWriting() throws Exception {
        assertFails(refusal(), forbidden()::probe);
    }

    @Tag("core")
    @Test
    protected void putsNothingWhereThereIsNoRoomUntilThereIs() throws Exception {
        Narrow narrow = narrow();
        PutRequest request = payloads.request("a.gz", bytes("x".repeat(512 << 10)));
        assertFails(ErrorCode.DESTINATION_FULL, () -> narrow.destination().put(request));
        assertThat(narrow.destination().stat("a.gz")).isEmpty();

        narrow.makeRoom().run();
        narrow.destination().put(request);

        assertThat(narrow.destination().stat("a.gz")).contains(new Stored("a.gz", request.size(), request.sha256()));
    }

    @Test
    protected void saysThatThePayloadIsGone() throws Exception {
        PutRequest request = payloads.request("a.gz", bytes("x"));
        Files.delete(request.file());

        assertFails(ErrorCode.PAYLOAD_GONE, () -> destination.put(request));
        assertThat(list()).isEmpty();
    }

    @Test
    protected void putsNothingWhenThePayloadIsCutShortWhileItIsRead() throws Exception {
        PutRequest whole = payloads.request("a.gz", Payloads.bytes(24 * 1024 * 1024));
        AtomicLong seen = new AtomicLong();
        PutRequest request = Payloads.withProgress(whole, sent -> {
            if (sent < whole.size() && seen.getAndSet(sent) == 0) {
                truncate(whole.file(), sent);
            }
        });

        boolean cut;
        try {
            destination.put(request);
            cut = false;
        } catch (FailureException e) {
            assertThat(e.failure().code()).isIn(ErrorCode.PAYLOAD_CORRUPT, ErrorCode.PAYLOAD_GONE, ErrorCode.SPOOL_IO);
            cut = true;
        }

        // a driver that reads ahead may have had all of it already: then it is all there
        if (cut) {
            assertThat(list()).isEmpty();
        } else {
            assertThat(Payloads.sha256(read("a.gz", 0))).isEqualTo(whole.sha256());
        }
    }

    @Test
    protected void takesUpAPutThatWasCutInTheMiddle() throws Exception {
        PutRequest request = payloads.request("a.gz", Payloads.bytes(24 * 1024 * 1024));

        interruptInTheMiddle(request);
        assertThat(destination.stat("a.gz").map(Stored::sha256)).isIn(Optional.empty(), Optional.of(request.sha256()));
        destination.put(request);

        assertThat(Payloads.sha256(read("a.gz", 0))).isEqualTo(request.sha256());
        assertThat(destination.stat("a.gz").orElseThrow().size()).isEqualTo(request.size());
        assertThat(list()).hasSize(1);
    }

    @Test
    protected void mixesNothingOfACutPutIntoOneWithOtherBytes() throws Exception {
        PutRequest first = payloads.request("a.gz", Payloads.bytes(24 * 1024 * 1024));
        interruptInTheMiddle(first);
        PutRequest other = payloads.request("a.gz", bytes("other"));

        destination.put(other);

        assertThat(read("a.gz", 0)).isEqualTo(bytes("other"));
    }

    @Test
    protected void clearsAwayOnlyWhatIsItsOwnAndAbandoned() throws Exception {
        PutRequest finished = payloads.request("finished.gz", bytes("finished"));
        destination.put(finished);
        PutRequest abandoned = payloads.request("abandoned.gz", Payloads.bytes(24 * 1024 * 1024));
        interruptInTheMiddle(abandoned);
        PutRequest kept = payloads.request("kept.gz", Payloads.bytes(24 * 1024 * 1024));
        interruptInTheMiddle(kept);

        destination.removeAbandoned("someone-else", Set.of());
        destination.removeAbandoned(OWNER, Set.of(kept.transferId()));
        destination.put(kept);
        destination.removeAbandoned(OWNER, Set.of());

        assertThat(Payloads.sha256(read("kept.gz", 0))).isEqualTo(kept.sha256());
        assertThat(read("finished.gz", 0)).isEqualTo(bytes("finished"));
    }

    @Test
    protected void hasOneWholeWinnerWhenManyPutUnderOneName() throws Exception {
        Map<String, Integer> sizes = new HashMap<>();
        List<Action> puts = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            PutRequest request = payloads.request("a.gz", Payloads.bytes(500_000 + i));
            sizes.put(request.sha256(), 500_000 + i);
            puts.add(() -> destination.put(request));
        }

        inParallel(6, puts);

        byte[] there = read("a.gz", 0);
        assertThat(sizes).containsEntry(Payloads.sha256(there), there.length);
        assertThat(destination.stat("a.gz")).contains(new Stored("a.gz", there.length, Payloads.sha256(there)));
        assertThat(list()).hasSize(1);
    }

    @Test
    protected void listsAllOfVeryMany() throws Exception {
        List<PutRequest> requests = new ArrayList<>();
        Map<String, Stored> expected = new HashMap<>();
        for (int i = 0; i < many(); i++) {
            String name = (i % 3 == 0 ? "sub/" : "") + "archive " + i + ".gz";
            PutRequest request = payloads.request(name, bytes("content " + i));
            requests.add(request);
            expected.put(name, new Stored(name, request.size(), request.sha256()));
        }

        putAll(requests);

        Map<String, Stored> listed = list();
        assertThat(listed.keySet()).isEqualTo(expected.keySet());
        listed.forEach((name, stored) -> {
            assertThat(stored.size()).isEqualTo(expected.get(name).size());
            // a store may keep the hash where a listing does not show it
            assertThat(stored.sha256()).isIn(expected.get(name).sha256(), null);
        });
    }

    @Tag("core")
    @Test
    protected void deletesTwice() throws Exception {
        destination.put(payloads.request("a.gz", bytes("a")));
        destination.put(payloads.request("b.gz", bytes("b")));

        destination.delete("a.gz");
        destination.delete("a.gz");

        assertThat(destination.stat("a.gz")).isEmpty();
        assertThat(list()).containsOnlyKeys("b.gz");
    }

    @Test
    protected void isReadyForACopy() throws Exception {
        destination.probe();
        assertThat(list()).isEmpty();
        destination.put(payloads.request("a.gz", bytes("a")));
        destination.probe();
        assertThat(list()).containsOnlyKeys("a.gz");
    }

    @Test
    protected void refusesUnusableNamesInEveryMethod() throws Exception {
        PutRequest there = payloads.request("there.gz", bytes("there"));
        destination.put(there);
        for (String name : unusableNames()) {
            Calls.naming(destination, payloads.request(name, bytes("x")), "there.gz")
                    .forEach((method, call) -> assertThatThrownBy(call::run)
                            .as(method + " of '" + name + "'")
                            .isInstanceOfSatisfying(
                                    FailureException.class,
                                    e -> assertThat(e.failure().code())
                                            .as(method + " of '" + name + "': " + e.getMessage())
                                            .isEqualTo(ErrorCode.ARCHIVE_NAME_UNUSABLE)));
        }
        assertThat(list()).containsOnlyKeys("there.gz");
        assertThat(destination.stat("there.gz")).contains(new Stored("there.gz", there.size(), there.sha256()));
    }

    @Test
    protected void refusesUnusableNamesBeforeAnythingIsMade() throws Exception {
        for (String name : unusableNames()) {
            PutRequest request = payloads.request(name, bytes("x"));
            assertFails(ErrorCode.ARCHIVE_NAME_UNUSABLE, () -> destination.put(request));
        }
        assertThat(list()).isEmpty();
        assertThat(destination.installations()).isEmpty();
    }

    @Test
    protected void losesNoInterrupt() throws Exception {
        PutRequest request = payloads.request("a.gz", bytes("x"));
        for (Map.Entry<String, Action> call : Calls.all(destination, request).entrySet()) {
            destination.put(request);
            onAThread(() -> {
                Thread.currentThread().interrupt();
                boolean told = false;
                try {
                    call.getValue().run();
                } catch (InterruptedIOException e) {
                    // a stream cannot throw the other one, and leaves the flag as it is
                } catch (InterruptedException e) {
                    told = true;
                }
                assertThat(Thread.interrupted()).as(call.getKey()).isEqualTo(!told);
            });
        }
    }

    @Test
    protected void endsAReadThatIsInterrupted() throws Exception {
        destination.put(payloads.request("a.gz", Payloads.bytes(24 * 1024 * 1024)));
        onAThread(() -> {
            try (InputStream in = destination.open("a.gz", 0, Long.MAX_VALUE)) {
                assertThat(in.read()).isNotNegative();
                Thread.currentThread().interrupt();
                assertThatThrownBy(in::readAllBytes).isInstanceOf(InterruptedIOException.class);
                assertThat(Thread.interrupted()).isTrue();
            }
        });
    }

    @Test
    protected void refusesASecondPutWithOneIdAndLeavesTheFirstAlone() throws Exception {
        PutRequest request = payloads.request("a.gz", Payloads.bytes(24 * 1024 * 1024));
        CountDownLatch underWay = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        PutRequest slow = Payloads.withProgress(request, sent -> {
            // by then the far side has a partial, which the removal must leave alone
            if (sent >= request.size() / 3) {
                underWay.countDown();
                Interrupting.awaitOrKeepInterrupt(goOn);
            }
        });
        inParallel(2, List.of(() -> destination.put(slow), () -> {
            try {
                assertThat(underWay.await(HangLimit.SECONDS, TimeUnit.SECONDS)).isTrue();
                assertFails(ErrorCode.DESTINATION_BUSY, () -> destination.put(request));
                destination.removeAbandoned(OWNER, Set.of());
            } finally {
                goOn.countDown();
            }
        }));

        assertThat(Payloads.sha256(read("a.gz", 0))).isEqualTo(request.sha256());
        destination.put(request);
    }

    @Test
    protected void keepsAllPutsTogetherToTheRate() throws Exception {
        int second = 96 << 10;
        Bandwidth slow = new Bandwidth(List.of(new Bandwidth.Slot(LocalTime.MIDNIGHT, second)));
        Destination limited = closing(limited(new RateLimit(slow, Clock.systemUTC())));
        List<Action> puts = new ArrayList<>();
        for (String name : List.of("a.gz", "b.gz")) {
            PutRequest request = payloads.request(name, Payloads.bytes(second));
            puts.add(() -> limited.put(request));
        }
        long begin = System.nanoTime();
        inParallel(2, puts);
        // a slow machine only takes longer
        assertThat(System.nanoTime() - begin).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(1_200));
    }

    @Test
    protected void letsTheConsumerOfAListingCallBack() throws Exception {
        for (String name : List.of("a.gz", "sub/b.gz", "sub/c.gz")) {
            destination.put(payloads.request(name, bytes(name)));
        }
        destination.list(stored -> unchecked(() -> {
            assertThat(destination.stat(stored.name())).isPresent();
            assertThat(read(stored.name(), 0)).isEqualTo(bytes(stored.name()));
            destination.delete(stored.name());
        }));
        assertThat(list()).isEmpty();
    }

    @Test
    protected void endsAListingWithWhatItsConsumerThrows() throws Exception {
        destination.put(payloads.request("a.gz", bytes("a")));
        assertThatThrownBy(() -> destination.list(stored -> {
                    throw new IllegalStateException("enough");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("enough");
        assertThat(list()).containsOnlyKeys("a.gz");
    }

    @Test
    protected void mayBeClosedTwice() throws Exception {
        destination.probe();
        destination.close();
        destination.close();
    }

    @Test
    protected void reportsNoMoreProgressThanTheSize() throws Exception {
        AtomicLong last = new AtomicLong();
        PutRequest request = payloads.request("a.gz", Payloads.bytes(2_000_000));

        destination.put(Payloads.withProgress(request, sent -> last.accumulateAndGet(sent, Math::max)));

        assertThat(last).hasValueLessThanOrEqualTo(request.size());
    }

    /** Makes files as puts leave them, where many puts would take too long. */
    protected static void layDown(Path root, List<PutRequest> requests) throws Exception {
        for (PutRequest request : requests) {
            Path file = root.resolve(request.name());
            Files.createDirectories(file.getParent());
            Files.copy(request.file(), file, StandardCopyOption.REPLACE_EXISTING);
            Files.writeString(
                    root.resolve(Sha256Sidecar.nameFor(request.name())),
                    Sha256Sidecar.content(request.sha256(), request.name()));
        }
    }

    /** Something that may fail. */
    public interface Action {
        void run() throws Exception;
    }

    protected static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    protected byte[] read(String name, long offset) throws Exception {
        return read(name, offset, Long.MAX_VALUE);
    }

    private byte[] read(String name, long offset, long expected) throws Exception {
        try (InputStream in = destination.open(name, offset, expected)) {
            return in.readAllBytes();
        }
    }

    protected Map<String, Stored> list() throws Exception {
        Map<String, Stored> found = new HashMap<>();
        destination.list(stored -> {
            synchronized (found) {
                assertThat(found.put(stored.name(), stored)).isNull();
            }
        });
        return found;
    }

    protected static void assertFails(ErrorCode code, Action action) {
        Failing.assertFails(code, action::run);
    }

    /** Interrupts the thread that puts as soon as it reports progress; a put that is done by then is let through. */
    protected void interruptInTheMiddle(PutRequest request) throws Exception {
        Interrupting.inTheMiddle(destination, request);
    }

    /** Runs something on a thread of its own, whose interrupts are nobody else's. */
    protected static void onAThread(Action action) throws Exception {
        inParallel(1, List.of(action));
    }

    private static void unchecked(Action action) {
        try {
            action.run();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void truncate(Path file, long size) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    protected static void inParallel(int threads, List<Action> actions) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> futures = new ArrayList<>();
            for (Action action : actions) {
                futures.add(executor.submit(() -> {
                    action.run();
                    return null;
                }));
            }
            for (Future<?> future : futures) {
                future.get(HangLimit.TEST_SECONDS, TimeUnit.SECONDS);
            }
        } finally {
            executor.shutdownNow();
        }
    }
}
