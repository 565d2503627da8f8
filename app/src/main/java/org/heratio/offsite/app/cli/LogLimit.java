package org.heratio.offsite.app.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.heratio.offsite.text.LogMarkers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Keeps warnings and errors from flooding the log, such as those of ten thousand broken archives. Of one statement, stage, destination and
 * error code, so many lines pass each minute, and then one that says how many more there were. Lines that are not said again have a higher
 * limit. The ledger has each failure. Thread-safe.
 */
final class LogLimit extends Filter<ILoggingEvent> {
    static final int LINES = 20;
    static final int ONCE_LINES = 200;
    static final String MORE = "and {} more like this within a minute, the last one: {}";
    static final String NOT_LISTED = "{} more like this are not listed, the last one: {}";

    private static final Set<String> OURS = Set.of(MORE, NOT_LISTED);
    private static final int MINUTE_SECONDS = 60;
    private static final int MOST_KEYS = 500;

    /** The names of arguments that tell one kind of line from another. Their values are few. */
    private static final Pattern ARGUMENT = Pattern.compile("(\\b(?:stage|driver)=)?\\{}");

    /**
     * One kind of line.
     *
     * @param template the text of the statement, without its arguments
     * @param words the arguments that are a stage, a destination or an error code
     */
    private record Key(String logger, Level level, boolean once, String template, List<Object> words) {
        int most() {
            return once ? ONCE_LINES : LINES;
        }
    }

    /** The lines of a kind within a minute. */
    private static final class Minute {
        int lines;
        int more;

        @Nullable
        String last;
    }

    private final Consumer<ILoggingEvent> out;
    private final LoggerContext loggers;
    private final Map<Key, Minute> minutes = new HashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "log");
        thread.setDaemon(true);
        return thread;
    });

    /** @param out writes a line; called on a thread of this object, and by {@link #flush} */
    LogLimit(LoggerContext loggers, Consumer<ILoggingEvent> out) {
        this.loggers = loggers;
        this.out = out;
    }

    @Override
    public FilterReply decide(ILoggingEvent event) {
        if (!event.getLevel().isGreaterOrEqual(Level.WARN) || OURS.contains(String.valueOf(event.getMessage()))) {
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
            if (++minute.lines <= key.most()) {
                return FilterReply.NEUTRAL;
            }
            minute.more++;
            minute.last = event.getFormattedMessage();
            return FilterReply.DENY;
        }
    }

    private Key key(ILoggingEvent event) {
        List<Marker> markers = event.getMarkerList();
        boolean once = markers != null && markers.contains(LogMarkers.ONCE);
        if (minutes.size() >= MOST_KEYS) {
            return new Key(event.getLoggerName(), event.getLevel(), once, "", List.of());
        }
        String template = String.valueOf(event.getMessage());
        return new Key(event.getLoggerName(), event.getLevel(), once, template, words(template, event));
    }

    private static List<Object> words(String template, ILoggingEvent event) {
        Object[] arguments = event.getArgumentArray();
        List<Object> words = new ArrayList<>();
        Matcher places = ARGUMENT.matcher(template);
        for (int i = 0; arguments != null && i < arguments.length; i++) {
            boolean named = places.find() && places.group(1) != null;
            if (arguments[i] instanceof Enum || named) {
                words.add(String.valueOf(arguments[i]));
            }
        }
        return words;
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
                    LogLimit.class.getName(),
                    loggers.getLogger(key.logger()),
                    key.level(),
                    key.once() ? NOT_LISTED : MORE,
                    null,
                    new Object[] {minute.more, minute.last}));
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
