package org.heratio.offsite.destination.rsync;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Drains the standard error of a child, so that it never has to wait for us, and keeps the end of it. */
final class ErrorTail {
    private static final int KEPT = 4096;

    private final StringBuilder kept = new StringBuilder();
    private final Thread thread;

    ErrorTail(InputStream errors) {
        this.thread = new Thread(() -> drain(errors), "rsync-stderr");
        thread.setDaemon(true);
        thread.start();
    }

    private void drain(InputStream errors) {
        byte[] buffer = new byte[1024];
        try (errors) {
            for (int n = errors.read(buffer); n >= 0; n = errors.read(buffer)) {
                append(new String(buffer, 0, n, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            // the child was ended
        }
    }

    private synchronized void append(String text) {
        kept.append(text);
        if (kept.length() > KEPT) {
            kept.delete(0, kept.length() - KEPT);
        }
    }

    void awaitEnd() throws InterruptedException {
        // a grandchild may keep the pipe open
        thread.join(1_000);
    }

    synchronized String text() {
        return kept.toString().strip();
    }
}
