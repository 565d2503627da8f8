package org.heratio.offsite.archive.gate;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.jspecify.annotations.Nullable;

/**
 * The answer of the gate that a file's name chooses.
 *
 * @param fault null for a whole archive
 * @param unchecked empty when everything was checked
 */
record Probe(@Nullable Failure fault, String unchecked) {
    private static final int PORTION = 4096;

    static Probe of(Path file) throws IOException, InterruptedException {
        try (FileChannel channel = FileChannel.open(file);
                CompletenessGate gate = CompletenessGate.of(file.getFileName().toString(), channel)) {
            try (var in = Files.newInputStream(file)) {
                byte[] bytes = new byte[PORTION];
                for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                    gate.update(bytes, 0, n);
                }
            }
            return end(gate);
        }
    }

    /** Writes a file of these bytes, and lets them pass. */
    static Probe of(Path file, byte[] bytes) throws IOException, InterruptedException {
        Files.write(file, bytes);
        try (FileChannel channel = FileChannel.open(file);
                CompletenessGate gate = CompletenessGate.of(file.getFileName().toString(), channel)) {
            for (int at = 0; at < bytes.length; at += PORTION) {
                gate.update(bytes, at, Math.min(PORTION, bytes.length - at));
            }
            return end(gate);
        }
    }

    static Probe end(CompletenessGate gate) throws IOException {
        try {
            gate.finish();
            return new Probe(null, gate.unchecked().orElse(""));
        } catch (FailureException e) {
            return new Probe(e.failure(), "");
        }
    }

    boolean whole() {
        return fault == null;
    }

    String reason() {
        return fault == null ? "" : fault.reason();
    }

    String hint() {
        return fault == null || fault.hint() == null ? "" : fault.hint();
    }
}
