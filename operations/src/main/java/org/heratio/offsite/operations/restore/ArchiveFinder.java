package org.heratio.offsite.operations.restore;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.LedgerView;
import org.heratio.offsite.ledger.RestorableArchives;
import org.heratio.offsite.ledger.Version;

/** Finds the versions to restore. Blocks. */
public final class ArchiveFinder {
    private static final int PAGE = 500;
    private static final int MOST_SERIES = 20;

    private final LedgerView view;
    private final RestorableArchives archives;
    private final List<String> drivers;

    /** @param drivers the destinations to restore from; at least one */
    public ArchiveFinder(LedgerView view, RestorableArchives archives, Collection<String> drivers) {
        this.view = view;
        this.drivers = List.copyOf(drivers);
        this.archives = archives;
    }

    /** Returns whether an archive has exactly this name. */
    public boolean isNamed(String archive) throws FailureException {
        return !view.restorable(archive).isEmpty();
    }

    /** Takes a version. */
    @FunctionalInterface
    public interface Taker {
        void take(Version version) throws FailureException, InterruptedException;
    }

    /**
     * Returns the newest version of an archive.
     *
     * @param archive its file name, its path, or its name at a destination
     * @throws FailureException if there is no such archive, or several
     */
    public Version named(String archive, AsOf asOf) throws FailureException {
        List<Version> known = view.restorable(archive);
        List<Version> found = known.stream().filter(asOf::includes).toList();
        if (found.isEmpty()) {
            String why = " called " + archive + (known.isEmpty() ? "" : asOf.phrase());
            throw new FailureException(
                    ErrorCode.COPY_MISSING,
                    "the ledger knows no shipped archive" + why,
                    "list the archives in the ledger with 'offsite history'; if the ledger itself is lost, see docs/restore.md");
        }
        List<String> paths = found.stream().map(Version::path).distinct().toList();
        if (paths.size() > 1) {
            throw new FailureException(
                    ErrorCode.COPY_MISSING,
                    archive + " may be any of " + String.join(", ", paths),
                    "give the whole path");
        }
        return found.get(0);
    }

    /**
     * Returns the newest archive of a component, by the time when its file was modified.
     *
     * @param component the start of the name, such as {@code database}
     * @throws FailureException if there is none, or if archives of several series have this start
     */
    public Version latest(String component, AsOf asOf) throws FailureException, InterruptedException {
        Map<String, Version> named = new TreeMap<>();
        Map<String, Version> begin = new TreeMap<>();
        each(asOf, version -> Series.isOf(component, fileName(version)), version -> {
            Map<String, Version> newest = Series.isNamed(component, fileName(version)) ? named : begin;
            String series = directory(version) + Series.of(fileName(version));
            if (newest.containsKey(series) || newest.size() < MOST_SERIES) {
                newest.merge(series, version, (one, other) -> one.mtimeNanos() > other.mtimeNanos() ? one : other);
            }
        });
        return only(component, named.isEmpty() ? begin : named, asOf);
    }

    private static Version only(String component, Map<String, Version> newest, AsOf asOf) throws FailureException {
        if (newest.isEmpty()) {
            throw new FailureException(
                    ErrorCode.COPY_MISSING,
                    "the ledger knows no shipped archive of the component " + component + asOf.phrase(),
                    "list the archives in the ledger with 'offsite history'; a component is the start of a name, such as database");
        }
        if (newest.size() > 1) {
            throw new FailureException(
                    ErrorCode.COPY_MISSING,
                    component + " may be any of " + String.join(", ", newest.keySet()),
                    "give one of these names, or name the archive");
        }
        return newest.values().iterator().next();
    }

    /** Hands over the newest version of each archive that is wanted. Memory does not grow with their number. */
    public void each(AsOf asOf, Predicate<Version> wanted, Taker taker) throws FailureException, InterruptedException {
        long after = 0;
        while (true) {
            List<Version> page = archives.newest(drivers, asOf.nanos(), after, PAGE);
            for (Version version : page) {
                if (wanted.test(version)) {
                    taker.take(version);
                }
            }
            if (page.size() < PAGE) {
                return;
            }
            after = page.get(page.size() - 1).id();
        }
    }

    private static String directory(Version version) {
        return version.relativePath().substring(0, version.relativePath().lastIndexOf('/') + 1);
    }

    private static String fileName(Version version) {
        return version.path().substring(version.path().lastIndexOf('/') + 1);
    }
}
