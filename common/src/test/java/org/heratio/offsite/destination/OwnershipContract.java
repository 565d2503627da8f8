package org.heratio.offsite.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of every destination that two installations share: each copy says whose it is, and no put takes what is another's. */
public abstract class OwnershipContract {
    protected static final String MINE = "11111111111111111111111111111111";
    protected static final String OTHERS = "22222222222222222222222222222222";

    @TempDir
    protected Path temp;

    protected Destination destination;
    private Payloads mine;
    private Payloads others;

    /** Opens a new, empty place. Called once for each test. */
    protected abstract Destination open() throws Exception;

    /** Opens the place of {@link #open} once more, as another process does. */
    protected abstract Destination openAgain() throws Exception;

    /** Puts a file at a name as Heratio or a person does: without a tag. */
    protected abstract void plant(String name, byte[] bytes) throws Exception;

    /** How many times two installations race for a name. */
    protected int races() {
        return 200;
    }

    @BeforeEach
    protected void openDestination() throws Exception {
        destination = open();
        mine = new Payloads(Files.createDirectories(temp.resolve("mine")), MINE);
        others = new Payloads(Files.createDirectories(temp.resolve("others")), OTHERS);
    }

    @AfterEach
    protected void closeDestination() {
        destination.close();
    }

    @Test
    protected void tagsWhatItPuts() throws Exception {
        for (String name : List.of("a.gz", "sub/dir/ü\n'; rm.gz", "x".repeat(200) + ".gz")) {
            PutRequest request = mine.request(name, bytes(name));
            destination.put(request);

            assertThat(destination.look(name))
                    .contains(new Occupant(
                            new Stored(name, request.size(), request.sha256()),
                            new OwnerTag(MINE, request.transferId())));
        }
        assertThat(names()).hasSize(3);
    }

    @Test
    protected void leavesTheCopyOfAnotherInstallationAsItIs() throws Exception {
        PutRequest theirs = others.request("a.gz", bytes("theirs"));
        destination.put(theirs);

        for (PutRequest request : bothWays(mine.request("a.gz", bytes("mine")))) {
            assertThatThrownBy(() -> destination.put(request)).isInstanceOfSatisfying(FailureException.class, e -> {
                assertThat(e.failure().code()).isEqualTo(ErrorCode.DESTINATION_NAME_TAKEN);
                assertThat(e.failure().reason()).contains(OTHERS);
            });
        }

        assertThat(read("a.gz")).isEqualTo("theirs");
        assertThat(destination.look("a.gz").orElseThrow().tag()).isEqualTo(new OwnerTag(OTHERS, theirs.transferId()));
        assertThat(names()).containsExactly("a.gz");
        destination.put(others.request("a.gz", bytes("theirs again")));
        assertThat(read("a.gz")).isEqualTo("theirs again");
    }

    @Test
    protected void doesNotAcceptTheSameBytesOfAnotherInstallation() throws Exception {
        destination.put(others.request("a.gz", bytes("the same")));

        Failing.assertFails(
                ErrorCode.DESTINATION_IO, () -> destination.accept(mine.request("a.gz", bytes("the same"))));
    }

    @Test
    protected void replacesAFileWithoutATagOnlyWhenToldThatItIsOurs() throws Exception {
        destination.put(mine.request("first.gz", bytes("x")));
        plant("a.gz", bytes("planted"));
        assertThat(destination.look("a.gz").orElseThrow().tag()).isNull();
        PutRequest request = mine.request("a.gz", bytes("mine"));

        Failing.assertFails(
                ErrorCode.DESTINATION_NAME_TAKEN, () -> destination.put(Payloads.replacingOnlyItsOwn(request)));
        assertThat(read("a.gz")).isEqualTo("planted");

        destination.put(request);
        assertThat(read("a.gz")).isEqualTo("mine");
        assertThat(destination.look("a.gz").orElseThrow().tag()).isEqualTo(OwnerTag.of(request));
    }

    @Test
    protected void replacesItsOwnCopyAndTagsItAnew() throws Exception {
        destination.put(mine.request("a.gz", bytes("first")));
        PutRequest second = Payloads.replacingOnlyItsOwn(mine.request("a.gz", bytes("second")));

        destination.put(second);

        assertThat(read("a.gz")).isEqualTo("second");
        assertThat(destination.look("a.gz"))
                .contains(new Occupant(new Stored("a.gz", 6, second.sha256()), OwnerTag.of(second)));
    }

    @Test
    protected void givesANameFreeWhenItsCopyIsDeleted() throws Exception {
        destination.put(mine.request("a.gz", bytes("mine")));
        destination.delete("a.gz");
        assertThat(destination.look("a.gz")).isEmpty();

        destination.put(Payloads.replacingOnlyItsOwn(others.request("a.gz", bytes("theirs"))));

        assertThat(destination.look("a.gz").orElseThrow().tag())
                .extracting(OwnerTag::installation)
                .isEqualTo(OTHERS);
    }

    @Test
    protected void namesTheInstallationsThatAnnouncedThemselves() throws Exception {
        assertThat(destination.installations()).isEmpty();
        Installation self = new Installation(MINE, "db1.example.org");
        destination.announce(self);
        destination.announce(self);
        destination.announce(new Installation(OTHERS, "ü\u001b[31m"));
        destination.put(mine.request("a.gz", bytes("x")));

        assertThat(destination.installations())
                .containsExactlyInAnyOrder(self, new Installation(OTHERS, "ü\u001b[31m"));
        assertThat(names()).containsExactly("a.gz");
    }

    /** As after an upgrade, or where the host has another name now. */
    @Test
    protected void replacesItsOwnAnnouncementThatIsOutOfDate() throws Exception {
        destination.announce(new Installation(OTHERS, "db2.example.org"));
        destination.announce(new Installation(MINE, "db1.example.org"));
        Installation self = new Installation(MINE, "db3.example.org", "0".repeat(64));

        destination.announce(self);

        assertThat(destination.installations())
                .containsExactlyInAnyOrder(self, new Installation(OTHERS, "db2.example.org"));
    }

    @Test
    protected void letsOneOfTwoInstallationsHaveANameThatBothPutAtOnce() throws Exception {
        assertThat(destination.announce(new Installation(MINE, "one")))
                .as(
                        "announce(): whether one of two owners that race gets a name; override this case where the place cannot do that")
                .isTrue();
        try (Destination second = openAgain()) {
            ExecutorService threads = Executors.newFixedThreadPool(2);
            try {
                for (int i = 0; i < races(); i++) {
                    race("race-" + i + ".gz", second, threads);
                }
            } finally {
                threads.shutdownNow();
            }
        }
    }

    private void race(String name, Destination second, ExecutorService threads) throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        PutRequest ours = Payloads.replacingOnlyItsOwn(mine.request(name, bytes("mine " + name)));
        PutRequest theirs = Payloads.replacingOnlyItsOwn(others.request(name, bytes("theirs " + name)));
        Future<Boolean> one = threads.submit(putting(destination, ours, start));
        Future<Boolean> two = threads.submit(putting(second, theirs, start));
        boolean oursWon = one.get(2, TimeUnit.MINUTES);
        boolean theirsWon = two.get(2, TimeUnit.MINUTES);

        assertThat(oursWon).as(name).isNotEqualTo(theirsWon);
        PutRequest winner = oursWon ? ours : theirs;
        assertThat(read(name)).isEqualTo((oursWon ? "mine " : "theirs ") + name);
        assertThat(destination.look(name))
                .contains(new Occupant(new Stored(name, winner.size(), winner.sha256()), OwnerTag.of(winner)));
    }

    /** True when the put got the name, false when the name was taken. */
    private static Callable<Boolean> putting(Destination destination, PutRequest request, CyclicBarrier start) {
        return () -> {
            start.await(1, TimeUnit.MINUTES);
            try {
                destination.put(request);
                return true;
            } catch (FailureException e) {
                if (e.failure().code() == ErrorCode.DESTINATION_NAME_TAKEN) {
                    return false;
                }
                throw e;
            }
        };
    }

    private static List<PutRequest> bothWays(PutRequest request) {
        return List.of(request, Payloads.replacingOnlyItsOwn(request));
    }

    private List<String> names() throws Exception {
        List<String> names = new ArrayList<>();
        destination.list(stored -> names.add(stored.name()));
        return names;
    }

    private String read(String name) throws Exception {
        try (InputStream in = destination.open(name, 0, Long.MAX_VALUE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    protected static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
