package org.heratio.offsite.dashboard.login;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** The wrong tokens of each address. Beyond ten in five minutes, the address waits. For one thread. */
final class Failures {
    private static final int ALLOWED = 10;
    private static final long WINDOW = Duration.ofMinutes(5).toMillis();
    private static final int ADDRESSES = 10_000;

    private final Clock clock;
    private final Map<String, Window> windows = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
            return size() > ADDRESSES;
        }
    };

    private record Window(long since, int failures) {}

    Failures(Clock clock) {
        this.clock = clock;
    }

    /** Returns how many seconds an address has to wait; 0 if it need not. */
    long wait(String address) {
        Window window = windows.get(address);
        long left = window == null ? 0 : window.since() + WINDOW - clock.millis();
        return window == null || left <= 0 || window.failures() < ALLOWED ? 0 : (left + 999) / 1000;
    }

    void failed(String address) {
        long now = clock.millis();
        windows.compute(
                address,
                (key, window) -> window == null || window.since() + WINDOW <= now
                        ? new Window(now, 1)
                        : new Window(window.since(), window.failures() + 1));
    }

    void succeeded(String address) {
        windows.remove(address);
    }
}
