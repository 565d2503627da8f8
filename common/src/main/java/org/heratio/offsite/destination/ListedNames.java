package org.heratio.offsite.destination;

import java.util.function.Consumer;
import java.util.function.Predicate;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.text.Printable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands on what a far side lists, as far as it can be a copy. What no copy can be called is passed over: a name that leads out of the
 * place, or that no file can have. An endless listing ends with a failure. For one listing, and one thread.
 */
public final class ListedNames {
    private static final Logger LOG = LoggerFactory.getLogger(ListedNames.class);
    /** Archives of many centuries; a listing with more entries is none. */
    private static final int MOST = 10_000_000;

    private final String place;
    private final Predicate<String> isCopy;
    private final Predicate<String> isPossible;
    private final Consumer<Stored> consumer;
    private long seen;
    private long odd;
    private String firstOdd = "";

    /**
     * @param place what is listed, for messages
     * @param isCopy returns whether a name is that of a copy, and not that of something beside copies
     * @param isPossible returns whether anything can have the name
     */
    public ListedNames(
            String place, Predicate<String> isCopy, Predicate<String> isPossible, Consumer<Stored> consumer) {
        this.place = place;
        this.isCopy = isCopy;
        this.isPossible = isPossible;
        this.consumer = consumer;
    }

    /** Returns that of a directory with the names of {@link DirectoryLayout}. */
    public static ListedNames inDirectory(String place, Consumer<Stored> consumer) {
        return new ListedNames(place, DirectoryLayout::isCopy, DirectoryLayout::isPossible, consumer);
    }

    /** Takes a file. */
    public void file(String name, long size) throws FailureException {
        if (admits(name)) {
            consumer.accept(new Stored(name, Expected.size("listing " + place, size), null));
        }
    }

    /** Returns whether copies may be below a directory, or a file may be a copy; counts it in any case. */
    public boolean admits(String name) throws FailureException {
        seen++;
        if (seen > MOST) {
            throw Expected.wrong("listing " + place + ": it has more than " + MOST + " entries");
        }
        if (!isPossible.test(name)) {
            passOver(name);
            return false;
        }
        return isCopy.test(name);
    }

    /** Counts a name that no file can have. */
    public void passOver(String name) {
        odd++;
        firstOdd = odd == 1 ? name : firstOdd;
    }

    /** Says once what was passed over. */
    public void end() {
        if (odd > 0) {
            LOG.warn(
                    "{} lists {} names that no copy can have, such as {}; they are passed over",
                    place,
                    odd,
                    Printable.of(firstOdd.substring(0, Math.min(firstOdd.length(), 200))));
        }
    }
}
