package org.heratio.offsite.destination.rsync;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.failure.FailureException;

/**
 * Brings a payload to its temporary place at the host. Written in place there: whatever ends a transfer, also a host that goes
 * down, leaves what has arrived, and the next try sends what is missing.
 */
final class RsyncTransfer {
    // "     32,768  12%   1.23MB/s    0:00:01", without the commas
    private static final Pattern PROGRESS = Pattern.compile("\\s*(\\d+)\\s+\\d+%.*");
    private static final int MAX_LINE = 4096;
    /** Bytes a second that any host reads. */
    private static final long SLOW_DISK = 5_000_000;

    private final RsyncConfig config;
    private final SshCommand command;
    private final RsyncFailures failures;

    RsyncTransfer(RsyncConfig config, RsyncFailures failures) {
        this.config = config;
        this.command = new SshCommand(config);
        this.failures = failures;
    }

    /**
     * @param partial bytes that are at the target already
     */
    void send(PutRequest request, String target, long partial) throws FailureException, InterruptedException {
        String what = "sending " + request.name();
        List<String> args = new ArrayList<>(command.rsync());
        // no -z: what is sent is compressed or encrypted already. Times say nothing about a temporary file.
        args.addAll(List.of("--inplace", "--ignore-times", "--no-human-readable", "--info=progress2"));
        args.addAll(List.of("--", request.file().toString(), command.operand(target)));
        try (Child child = Child.start(args, "")) {
            follow(child, request, partial);
            int exit = child.exit();
            if (exit != 0) {
                throw failures.of(what, exit, child.errors());
            }
        } catch (IOException e) {
            throw failures.silent(what, e);
        }
    }

    private void follow(Child child, PutRequest request, long partial) throws IOException, InterruptedException {
        // rsync's own timeout does not see a connection that is stuck in one direction only. While the host reads what
        // it has
        // already, nothing moves.
        var patience = config.timeout().multipliedBy(3).plusSeconds(partial / SLOW_DISK);
        byte[] buffer = new byte[4096];
        StringBuilder line = new StringBuilder();
        for (int n = child.read(buffer, 0, buffer.length, patience);
                n >= 0;
                n = child.read(buffer, 0, buffer.length, patience)) {
            for (char c : new String(buffer, 0, n, StandardCharsets.ISO_8859_1).toCharArray()) {
                if (c == '\r' || c == '\n' || line.length() > MAX_LINE) {
                    report(line, request);
                    line.setLength(0);
                } else {
                    line.append(c);
                }
            }
        }
    }

    private static void report(CharSequence line, PutRequest request) {
        Matcher matcher = PROGRESS.matcher(line);
        if (matcher.matches()) {
            request.progress().accept(Math.min(Long.parseLong(matcher.group(1)), request.size()));
        }
    }
}
