package org.heratio.offsite.destination.rsync;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import org.heratio.offsite.destination.Stored;

/** Takes a listing apart while it arrives. */
final class Listing {
    private Listing() {}

    static void read(Child child, Duration idle, Consumer<Stored> consumer) throws IOException, InterruptedException {
        byte[] buffer = new byte[8192];
        ByteArrayOutputStream entry = new ByteArrayOutputStream();
        for (int n = child.read(buffer, 0, buffer.length, idle);
                n >= 0;
                n = child.read(buffer, 0, buffer.length, idle)) {
            for (int i = 0; i < n; i++) {
                if (buffer[i] == 0) {
                    take(entry.toString(StandardCharsets.UTF_8), consumer);
                    entry.reset();
                } else {
                    entry.write(buffer[i]);
                }
            }
        }
    }

    /** {@code <size> ./<name>}; a size that is missing belongs to a file that went away meanwhile. */
    private static void take(String entry, Consumer<Stored> consumer) {
        int blank = entry.indexOf(' ');
        if (blank > 0) {
            consumer.accept(new Stored(
                    entry.substring(blank + 1 + "./".length()), Long.parseLong(entry.substring(0, blank)), null));
        }
    }
}
