package org.heratio.offsite.app.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps warnings and errors from flooding the log, such as those of ten thousand broken archives: of one statement and one error code, so
 * many lines pass each minute, and then one that says how many more there were. The ledger has each failure. Thread-safe.
 */
final class LogLimit extends Filter<ILoggingEvent> {
    static final int LINES = 20;
    static final String MORE = "and {} more like this within a minute, the last one: {}";

    private static final int MINUTE_SECONDS = 60;
    private static final int MOST_KEYS = 500;

    /**
     * What counts as one kind of line.
     *
     * @param template the text of the statement, without its arguments
     * @param codes the arguments that are error codes, or other words of a fixed set
     */
    private record Key(String logger, Level level, String template, List<Object> codes) {}

    /** The lines of a kind within a minute. */
    private static final class Minute {
        int lines;
        int more;

        @Nullable
        String last;
    }

    private final Consumer<ILoggingEvent> out;
    private final LoggerContext context;
    private final Map<Key, Minute> minutes = new HashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "log");
        thread.setDaemon(true);
        return thread;
    });

    /** @param out writes a line; called on a thread of this object, and by {@link #flush} */
    LogLimit(LoggerContext context, Consumer<ILoggingEvent> out) {
        this.context = context;
        this.out = out;
    }

    @Override
    public FilterReply decide(ILoggingEvent event) {
        if (!event.getLevel().isGreaterOrEqual(Level.WARN) || MORE.equals(event.getMessage())) {
            return FilterReply.NEUTRAL;
        }
        synchronized (minutes) {
            Key key = key(event);
            Minute minute = minutes.get(key);
            if (minute == null) {
                minute = new Minute();
                minutes.put(key, minute);
                endLater(key);
            }
            if (++minute.lines <= LINES) {
                return FilterReply.NEUTRAL;
            }
            minute.more++;
            minute.last = event.getFormattedMessage();
            return FilterReply.DENY;
        }
    }

    private Key key(ILoggingEvent event) {
        if (minutes.size() >= MOST_KEYS) {
            return new Key(event.getLoggerName(), event.getLevel(), "", List.of());
        }
        Object[] arguments = event.getArgumentArray();
        List<Object> codes = arguments == null
                ? List.of()
                : Arrays.stream(arguments).filter(Enum.class::isInstance).toList();
        return new Key(event.getLoggerName(), event.getLevel(), String.valueOf(event.getMessage()), codes);
    }

    private void endLater(Key key) {
        try {
            var unused = timer.schedule(() -> end(key), MINUTE_SECONDS, TimeUnit.SECONDS);
        } catch (RejectedExecutionException e) {
            addInfo("stopped: nothing more is said of what was left out");
        }
    }

    private void end(Key key) {
        Minute minute;
        synchronized (minutes) {
            minute = minutes.remove(key);
        }
        if (minute != null && minute.last != null) {
            // not under the lock: whoever writes may wait for it
            out.accept(new LoggingEvent(
                    LogLimit.class.getName(), context.getLogger(key.logger()), key.level(), MORE, null, new Object[] {
                        minute.more, minute.last
                    }));
        }
    }

    /** Says at once how many lines were left out so far: the process ends. */
    void flush() {
        List<Key> keys;
        synchronized (minutes) {
            keys = List.copyOf(minutes.keySet());
        }
        keys.forEach(this::end);
    }

    @Override
    public void stop() {
        timer.shutdownNow();
        super.stop();
    }
}
