package org.heratio.offsite.operations.adopt;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.ClaimedCopy;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.ReplicationRow;
import org.heratio.offsite.operations.places.Places;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adopts the copies that Heratio shipped, and that exist, as claims, which the next sweep proves. Until a row is reviewed, the ledger keeps
 * its archive from being shipped again (ADR 40). Blocks.
 */
public final class Adoption {
    private static final Logger LOG = LoggerFactory.getLogger(Adoption.class);

    /** The rows of a transaction: few enough that Heratio, which writes them too, hardly waits. */
    private static final int AT_ONCE = 200;

    private final Settings settings;
    private final Ledger ledger;
    private final Map<String, Destination> destinations;
    private final Places places;
    private final Comparison comparison;
    private final boolean heratioRows;

    /**
     * @param destinations those of the settings, by driver
     * @param comparison one that reads no copies back
     * @param heratioRows whether the ledger is in a database that may have rows of Heratio's
     */
    public Adoption(
            Settings settings,
            Ledger ledger,
            Map<String, Destination> destinations,
            Places places,
            Comparison comparison,
            boolean heratioRows) {
        this.settings = settings;
        this.ledger = ledger;
        this.destinations = destinations;
        this.places = places;
        this.comparison = comparison;
        this.heratioRows = heratioRows;
    }

    /**
     * The result for the unreviewed rows of a destination.
     *
     * @param taken as claims
     * @param reviewed how many do not fit; they are not looked at again
     */
    record Looked(List<Claim> taken, int reviewed) {
        boolean any() {
            return reviewed > 0 || !taken.isEmpty();
        }
    }

    /** Reviews all destinations at once, and returns the failures by driver. Without new rows, this takes a few queries. */
    public Map<String, Failure> adoptNew() throws FailureException, ConfigException, InterruptedException {
        Map<String, Future<Looked>> looking = new LinkedHashMap<>();
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            for (String driver : settings.drivers()) {
                if (!unreviewed(driver).isEmpty()) {
                    looking.put(driver, threads.submit((Callable<Looked>) () -> adoptNew(driver)));
                }
            }
            Map<String, Failure> unknown = new LinkedHashMap<>();
            for (Map.Entry<String, Future<Looked>> at : looking.entrySet()) {
                try {
                    at.getValue().get();
                } catch (ExecutionException e) {
                    unknown.put(at.getKey(), failureOf(e));
                }
            }
            return unknown;
        } finally {
            threads.shutdownNow();
        }
    }

    private static Failure failureOf(ExecutionException e) throws ConfigException {
        if (e.getCause() instanceof FailureException failed) {
            return failed.failure();
        }
        if (e.getCause() instanceof ConfigException config) {
            throw config;
        }
        throw new IllegalStateException(e.getCause());
    }

    /** Reviews one destination. */
    Looked adoptNew(String driver) throws FailureException, ConfigException, InterruptedException {
        List<ReplicationRow> open = unreviewed(driver);
        if (open.isEmpty()) {
            return new Looked(List.of(), 0);
        }
        List<Claim> taken = take(comparison.judge(driver, open));
        Set<Long> ids = new HashSet<>();
        taken.forEach(claim -> ids.add(claim.row().id()));
        // those that fit and could not be taken too: their place is another copy's
        List<ReplicationRow> rest =
                open.stream().filter(row -> !ids.contains(row.id())).toList();
        for (List<ReplicationRow> some : chunks(rest)) {
            ledger.claims().markReviewed(place(driver), some);
        }
        tell(driver, taken, rest.size());
        return new Looked(taken, rest.size());
    }

    private static void tell(String driver, List<Claim> taken, int rest) {
        long lost = taken.stream().filter(claim -> !claim.fits()).count();
        long unsure = taken.stream().filter(claim -> claim.change().unsure()).count();
        LOG.info(
                "driver={} took {} copies that Heratio shipped into the ledger, which the next sweep proves; {} do not fit",
                driver,
                taken.size() - lost,
                rest);
        if (lost > 0) {
            LOG.warn(
                    "driver={} {} copies that Heratio shipped are missing or different, and their archives are gone: the next"
                            + " sweep looks once more and calls them failed",
                    driver,
                    lost);
        }
        if (unsure > 0) {
            LOG.warn(
                    "driver={} {} archives are shipped beside Heratio's copies, since they may have been rewritten: 'offsite"
                            + " adopt' says why nobody can tell",
                    driver,
                    unsure);
        }
    }

    /** Returns {@code driver:path} of what a scan would not ship, because it is there or cannot be reviewed now. Changes nothing. */
    public Set<String> wouldNotShip() throws FailureException, ConfigException, InterruptedException {
        Set<String> there = new HashSet<>();
        for (String driver : settings.drivers()) {
            List<ReplicationRow> open = unreviewed(driver);
            if (!open.isEmpty()) {
                comparison.asFarAsItAnswers(driver, open).stream()
                        .filter(claim -> claim.verdict() == Claim.Verdict.UNREACHABLE
                                ? claim.row().claims()
                                : claim.adoptable() && !claim.localChanged())
                        .forEach(claim -> there.add(driver + ":" + claim.row().archivePath()));
            }
        }
        return there;
    }

    private List<ReplicationRow> unreviewed(String driver) throws FailureException {
        return heratioRows ? ledger.claims().unreviewed(driver, place(driver)) : List.of();
    }

    private String place(String driver) {
        return places.of(destination(driver));
    }

    private Destination destination(String driver) {
        return Objects.requireNonNull(destinations.get(driver), driver);
    }

    /** Adopts the claims that fit, proves those that were read, and returns how many were adopted. */
    public int adopt(List<Claim> claims) throws FailureException {
        List<Claim> taken = take(claims);
        for (Claim claim : taken) {
            if (claim.verdict() == Claim.Verdict.INTACT) {
                prove(claim.row());
            }
        }
        return taken.size();
    }

    private List<Claim> take(List<Claim> claims) throws FailureException {
        List<Claim> fitting = claims.stream()
                .filter(claim -> claim.adoptable()
                        && destinations.containsKey(claim.row().driver()))
                .toList();
        List<Claim> taken = new ArrayList<>();
        for (List<Claim> some : chunks(fitting)) {
            Set<Long> ids =
                    ledger.claims().adopt(some.stream().map(this::claimed).toList());
            some.stream().filter(claim -> ids.contains(claim.row().id())).forEach(taken::add);
        }
        return taken;
    }

    private static <T> List<List<T>> chunks(List<T> all) {
        List<List<T>> chunks = new ArrayList<>();
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            chunks.add(all.subList(from, Math.min(all.size(), from + AT_ONCE)));
        }
        return chunks;
    }

    private ClaimedCopy claimed(Claim claim) {
        ReplicationRow row = claim.row();
        Destination destination = destination(row.driver());
        String name = destination.nameOf(row.remotePath());
        String remoteName =
                row.encrypted() && name.endsWith(".gpg") ? name.substring(0, name.length() - ".gpg".length()) : name;
        return new ClaimedCopy(
                row, Comparison.archiveOf(claim, settings), remoteName, destination.remotePath(name), claim.size());
    }

    /** Returns the copy that a row was adopted as. */
    Optional<Copy> copyOf(ReplicationRow row) throws FailureException {
        Destination destination = destination(row.driver());
        return ledger.copies().at(row.driver(), destination.remotePath(destination.nameOf(row.remotePath())));
    }

    private void prove(ReplicationRow row) throws FailureException {
        String sha256 = row.sha256();
        Copy copy = copyOf(row).orElse(null);
        if (copy != null && sha256 != null) {
            ledger.proofs().record(copy.id(), sha256);
        }
    }
}
