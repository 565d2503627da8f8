package org.heratio.offsite.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.heratio.offsite.destination.Failing.assertFails;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every destination does whose host is dead, dies, or freezes: it says so in time, calls it unreachable and nothing else, and is
 * well again when the host is.
 */
public abstract class NetworkContract {
    private static final String OWNER = "contract-owner";
    private static final int MIB = 1 << 20;
    /** For a driver that is to give up: what it does before may be slow, and then it only gives up earlier. */
    private static final Duration IMPATIENT = Duration.ofSeconds(3);

    private static final Duration PATIENT = HangLimit.STEP;

    @TempDir
    protected Path temp;

    private FaultProxy proxy;
    private Payloads payloads;
    private final List<Destination> opened = new ArrayList<>();

    /** Returns the port of the server on the loopback. */
    protected abstract int port();

    /**
     * Opens the place of this test, which is empty at first, by a port of the loopback.
     *
     * @param patience how long the driver waits for an answer, or for the next byte
     */
    protected abstract Destination open(int port, Duration patience) throws Exception;

    /** How long a call may take until it counts as hung. */
    protected Duration hangLimit() {
        return HangLimit.STEP;
    }

    @BeforeEach
    protected void openProxy() throws Exception {
        proxy = new FaultProxy(port());
        payloads = new Payloads(Files.createDirectories(temp.resolve("payloads")), OWNER);
    }

    @AfterEach
    protected void closeAll() throws Exception {
        // what hangs ends with its connection
        proxy.close();
        opened.forEach(Destination::close);
    }

    private Destination destination(int port, Duration patience) throws Exception {
        Destination destination = open(port, patience);
        opened.add(destination);
        return destination;
    }

    @Test
    protected void saysInEveryMethodThatADeadHostIsUnreachable() throws Exception {
        int dead;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            dead = closed.getLocalPort();
        }
        everyMethodFindsNobody(destination(dead, PATIENT));
    }

    /** The kernel takes its connections, and nobody ever says a word. */
    @Test
    protected void saysInEveryMethodThatASilentHostIsUnreachable() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            everyMethodFindsNobody(destination(silent.getLocalPort(), IMPATIENT));
        }
    }

    private void everyMethodFindsNobody(Destination destination) throws Exception {
        PutRequest request = payloads.request("a.gz", new byte[1_000]);
        Map<String, DestinationContract.Action> calls = Calls.all(destination, request);
        ExecutorService threads = Executors.newFixedThreadPool(calls.size());
        try {
            List<Future<?>> futures = new ArrayList<>();
            calls.forEach((method, call) -> futures.add(threads.submit(() -> {
                try {
                    call.run();
                    assertThat(method).as("what passes without a host").isIn(Calls.MAY_DO_NOTHING);
                } catch (FailureException e) {
                    assertThat(e.failure().code())
                            .as(method + ": " + e.getMessage())
                            .isEqualTo(ErrorCode.DESTINATION_UNREACHABLE);
                }
                return null;
            })));
            for (Future<?> future : futures) {
                end(future);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    protected void putsAgainWhatAHostCutThatDied() throws Exception {
        PutRequest request = payloads.request("a.gz", Payloads.bytes(24 * MIB));
        Destination destination = destination(proxy.port(), PATIENT);
        destination.probe();
        proxy.cutAfterSending(8 * MIB);

        assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> destination.put(request));

        proxy.heal();
        isWellAgain(destination, request);
    }

    @Test
    protected void putsAgainWhatAHostCutThatFroze() throws Exception {
        PutRequest request = payloads.request("a.gz", Payloads.bytes(24 * MIB));
        Destination destination = destination(proxy.port(), IMPATIENT);
        proxy.stallAfterSending(8 * MIB);

        inTime(() -> assertFails(ErrorCode.DESTINATION_UNREACHABLE, () -> destination.put(request)));

        proxy.heal();
        isWellAgain(destination(proxy.port(), PATIENT), request);
    }

    private void isWellAgain(Destination destination, PutRequest request) throws Exception {
        assertThat(destination.stat("a.gz").map(Stored::sha256)).isIn(Optional.empty(), Optional.of(request.sha256()));
        destination.put(request);
        try (InputStream in = destination.open("a.gz", 0, Long.MAX_VALUE)) {
            assertThat(Payloads.sha256(in.readAllBytes())).isEqualTo(request.sha256());
        }
    }

    @Test
    protected void saysThatAReadBrokeOffWhenItsHostDies() throws Exception {
        Destination destination = destination(proxy.port(), PATIENT);
        destination.put(payloads.request("a.gz", Payloads.bytes(24 * MIB)));
        proxy.cutAfterReceiving(4 * MIB);

        inTime(() -> breaksOff(destination));

        proxy.heal();
        try (InputStream in = destination.open("a.gz", 20 * MIB, Long.MAX_VALUE)) {
            assertThat(in.readAllBytes()).hasSize(4 * MIB);
        }
    }

    @Test
    protected void saysThatAReadBrokeOffWhenItsHostFreezes() throws Exception {
        destination(port(), PATIENT).put(payloads.request("a.gz", Payloads.bytes(24 * MIB)));
        Destination destination = destination(proxy.port(), IMPATIENT);
        proxy.stallAfterReceiving(4 * MIB);

        inTime(() -> breaksOff(destination));
    }

    /** Or cannot even be opened: a slow machine may freeze before. */
    private static void breaksOff(Destination destination) throws Exception {
        try (InputStream in = destination.open("a.gz", 0, Long.MAX_VALUE)) {
            in.readAllBytes();
            throw new AssertionError("it read all of the copy");
        } catch (IOException e) {
            assertThat(e.getCause())
                    .as(e.toString())
                    .isInstanceOfSatisfying(
                            FailureException.class,
                            f -> assertThat(f.failure().code())
                                    .as(f.getMessage())
                                    .isEqualTo(ErrorCode.DESTINATION_UNREACHABLE));
        } catch (FailureException e) {
            assertThat(e.failure().code()).as(e.getMessage()).isEqualTo(ErrorCode.DESTINATION_UNREACHABLE);
        }
    }

    @Test
    protected void endsWhatWaitsForAFrozenHostWhenItIsInterrupted() throws Exception {
        destination(port(), PATIENT).put(payloads.request("a.gz", Payloads.bytes(24 * MIB)));
        PutRequest request = payloads.request("b.gz", Payloads.bytes(24 * MIB));
        for (String method : List.of("look", "list", "put")) {
            Destination destination = destination(proxy.port(), PATIENT);
            if (method.equals("put")) {
                proxy.stallAfterSending(8 * MIB);
            } else {
                proxy.stallAfterReceiving(0);
            }
            interrupted(
                    method,
                    Calls.all(destination, method.equals("put") ? request : renamed(request))
                            .get(method),
                    InterruptedException.class);
            proxy.heal();
        }
    }

    @Test
    protected void endsAReadThatWaitsForAFrozenHostWhenItIsInterrupted() throws Exception {
        destination(port(), PATIENT).put(payloads.request("a.gz", Payloads.bytes(24 * MIB)));
        Destination destination = destination(proxy.port(), PATIENT);

        try (InputStream in = destination.open("a.gz", 0, Long.MAX_VALUE)) {
            proxy.stallAfterReceiving(MIB);
            interrupted("read", in::readAllBytes, InterruptedIOException.class);
        }
    }

    private static PutRequest renamed(PutRequest request) {
        return new PutRequest(
                "a.gz",
                request.file(),
                request.size(),
                request.sha256(),
                request.owner(),
                request.transferId(),
                true,
                request.progress());
    }

    /** The flag of a thread stays set where the exception does not say it by its type alone. */
    private void interrupted(String method, DestinationContract.Action call, Class<? extends Exception> expected)
            throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<?> future = thread.submit(() -> {
                assertThatThrownBy(call::run).as(method).isInstanceOf(expected);
                assertThat(Thread.interrupted()).as(method).isEqualTo(expected == InterruptedIOException.class);
            });
            assertThat(proxy.awaitStall(HangLimit.STEP)).as(method).isTrue();
            thread.shutdownNow();
            end(future);
        } finally {
            thread.shutdownNow();
        }
    }

    private void inTime(DestinationContract.Action action) throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            end(thread.submit(() -> {
                action.run();
                return null;
            }));
        } finally {
            thread.shutdownNow();
        }
    }

    /** Throws what the work threw, or that it hangs. */
    private void end(Future<?> work) throws Exception {
        try {
            work.get(hangLimit().toMillis(), TimeUnit.MILLISECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new AssertionError("it hangs", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AssertionError failed) {
                throw failed;
            }
            throw e;
        }
    }
}
