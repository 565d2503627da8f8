package org.heratio.offsite.destination.rsync;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.heratio.offsite.destination.Expected;
import org.heratio.offsite.destination.PayloadReader;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.RateLimit;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/** Brings a payload to the host, at the rate that it may go. What has arrived when a transfer ends early is not sent again. */
final class RsyncTransfer {
    // "     32,768  12%   1.23MB/s    0:00:01", without the commas
    private static final Pattern PROGRESS = Pattern.compile("\\s*(\\d{1,18})\\s+\\d+%.*");
    private static final int MAX_LINE = 4096;
    /** The words of the rsync here about the file that it sends, since 3.1.3; those of the host are of a receiver. */
    private static final String UNREADABLE = "[sender] read errors mapping";
    /** A month of lines about the progress. */
    private static final long MAX_CHATTER = 256 << 20;

    private static final long KIB = 1024;
    /** Bytes a second that any host reads. */
    static final long SLOW_DISK = 5_000_000;

    private final RsyncConfig config;
    private final RsyncFailures failures;
    private final RateLimit limit;
    private final Semaphore turn = new Semaphore(1, true);

    RsyncTransfer(RsyncConfig config, RsyncFailures failures, RateLimit limit) {
        this.config = config;
        this.failures = failures;
        this.limit = limit;
    }

    /**
     * How rsync is called. The payload is its standard input, {@link Child#inputName}.
     *
     * @param args the command and its options
     * @param operands what is sent, and where to
     */
    record Sending(List<String> args, List<String> operands) {}

    /**
     * @param partial bytes that are at the target already
     */
    void send(PutRequest request, Sending how, long partial) throws FailureException, InterruptedException {
        boolean sent = sendAtOneRate(request, how, partial);
        while (!sent) {
            // what has arrived stays; how much that is, only the host knows
            sent = sendAtOneRate(request, how, request.size());
        }
    }

    /** Sends until it is through, or until the timetable has another rate; then it returns false. */
    private boolean sendAtOneRate(PutRequest request, Sending how, long partial)
            throws FailureException, InterruptedException {
        if (limit.bytesPerSecond() == 0) {
            return send(request, how, partial, 0);
        }
        // rsync keeps to a rate by itself, but knows nothing of others: they share it by taking turns
        turn.acquire();
        try {
            return send(request, how, partial, limit.bytesPerSecond());
        } finally {
            turn.release();
        }
    }

    private boolean send(PutRequest request, Sending how, long partial, long rate)
            throws FailureException, InterruptedException {
        String what = "sending " + request.name();
        List<String> args = new ArrayList<>(how.args());
        if (rate > 0) {
            args.add("--bwlimit=" + Math.max(1, rate / KIB));
        }
        args.addAll(how.operands());
        Deadline change = new Deadline(limit.untilChange().orElse(null));
        try (Child child = Child.start(args, request.file())) {
            if (!follow(child, request, partial, change)) {
                return false;
            }
            int exit = child.exit();
            if (exit != 0) {
                String errors = child.errors();
                throw errors.contains(UNREADABLE)
                        ? PayloadReader.failure(request, new IOException(errors.strip()))
                        : failures.of(what, exit, errors);
            }
            return true;
        } catch (IOException e) {
            throw failures.silent(what, e);
        }
    }

    /** Returns whether it came to its end; false when the rate changed before. */
    private boolean follow(Child child, PutRequest request, long partial, Deadline change)
            throws IOException, InterruptedException, FailureException {
        // rsync's own timeout does not see a connection that is stuck in one direction only. While the host reads what
        // it has
        // already, nothing moves.
        Duration patience = Expected.patience(config.timeout().multipliedBy(3), partial, SLOW_DISK);
        byte[] buffer = new byte[4096];
        StringBuilder line = new StringBuilder();
        long printed = 0;
        for (int n = child.read(buffer, 0, buffer.length, patience);
                n >= 0;
                n = child.read(buffer, 0, buffer.length, patience)) {
            printed += n;
            if (printed > MAX_CHATTER) {
                throw new TooMuchException(MAX_CHATTER);
            }
            for (char c : new String(buffer, 0, n, StandardCharsets.ISO_8859_1).toCharArray()) {
                if (c == '\r' || c == '\n' || line.length() > MAX_LINE) {
                    report(line, request);
                    line.setLength(0);
                } else {
                    line.append(c);
                }
            }
            if (change.passed()) {
                return false;
            }
        }
        return true;
    }

    /** A moment that may never come. */
    private static final class Deadline {
        private final long start = System.nanoTime();
        private final long nanos;

        Deadline(@Nullable Duration after) {
            this.nanos = after == null ? Long.MAX_VALUE : after.toNanos();
        }

        boolean passed() {
            return System.nanoTime() - start >= nanos;
        }
    }

    private static void report(CharSequence line, PutRequest request) throws FailureException {
        Matcher matcher = PROGRESS.matcher(line);
        if (matcher.matches()) {
            request.progress()
                    .accept(Math.min(Expected.size("sending " + request.name(), matcher.group(1)), request.size()));
        }
    }
}
