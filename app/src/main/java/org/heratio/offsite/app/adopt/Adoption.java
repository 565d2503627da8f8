package org.heratio.offsite.app.adopt;

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
import org.heratio.offsite.app.run.Ledgers;
import org.heratio.offsite.app.run.Node;
import org.heratio.offsite.app.run.Places;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.ClaimedCopy;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.ReplicationRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the copies that Heratio shipped, and that are there, into the ledger: as claims, which the next sweep proves. What nobody could
 * look at yet the ledger keeps from being shipped again (ADR 40). Blocks.
 */
public final class Adoption {
    private static final Logger LOG = LoggerFactory.getLogger(Adoption.class);

    /** The rows of a transaction: few enough that Heratio, which writes them too, hardly waits. */
    private static final int AT_ONCE = 200;

    private final Node node;

    public Adoption(Node node) {
        this.node = node;
    }

    /**
     * What became of the open rows of a destination.
     *
     * @param taken as claims
     * @param judged how many do not fit; they are not looked at again
     */
    record Looked(List<Claim> taken, int judged) {
        boolean any() {
            return judged > 0 || !taken.isEmpty();
        }
    }

    /** Looks at all destinations at once; what is in the way, by driver. Where there is nothing new, a few queries are all. */
    public Map<String, Failure> adoptNew() throws FailureException, ConfigException, InterruptedException {
        Map<String, Future<Looked>> looking = new LinkedHashMap<>();
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            for (String driver : node.drivers()) {
                if (!open(driver).isEmpty()) {
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

    /** Looks at one destination. */
    Looked adoptNew(String driver) throws FailureException, ConfigException, InterruptedException {
        List<ReplicationRow> open = open(driver);
        if (open.isEmpty()) {
            return new Looked(List.of(), 0);
        }
        List<Claim> taken = take(new Comparison(node.settings(), false).judge(driver, open));
        Set<Long> ids = new HashSet<>();
        taken.forEach(claim -> ids.add(claim.row().id()));
        // those that fit and could not be taken too: their place is another copy's
        List<ReplicationRow> rest =
                open.stream().filter(row -> !ids.contains(row.id())).toList();
        for (List<ReplicationRow> some : chunks(rest)) {
            node.ledger().claims().markReviewed(place(driver), some);
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

    /** {@code driver:path} of what a scan would not ship, since it is there or cannot be looked at; changes nothing. */
    public Set<String> wouldNotShip() throws FailureException, ConfigException, InterruptedException {
        Set<String> there = new HashSet<>();
        for (String driver : node.drivers()) {
            List<ReplicationRow> open = open(driver);
            if (!open.isEmpty()) {
                new Comparison(node.settings(), false)
                        .asFarAsItAnswers(driver, open).stream()
                                .filter(claim -> claim.verdict() == Claim.Verdict.UNREACHABLE
                                        ? claim.row().claims()
                                        : claim.adoptable() && !claim.localChanged())
                                .forEach(claim ->
                                        there.add(driver + ":" + claim.row().archivePath()));
            }
        }
        return there;
    }

    /** The embedded ledger has no rows of Heratio's. */
    private List<ReplicationRow> open(String driver) throws FailureException {
        return Ledgers.embedded(node.settings())
                ? List.of()
                : node.ledger().claims().unreviewed(driver, place(driver));
    }

    private String place(String driver) {
        return Places.of(node.settings(), destination(driver));
    }

    private Destination destination(String driver) {
        return Objects.requireNonNull(node.destinations().get(driver), driver);
    }

    /** Takes the claims that fit; those that were read are proved at once. How many were taken. */
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
                        && node.destinations().containsKey(claim.row().driver()))
                .toList();
        List<Claim> taken = new ArrayList<>();
        for (List<Claim> some : chunks(fitting)) {
            Set<Long> ids = node.ledger()
                    .claims()
                    .adopt(some.stream().map(this::claimed).toList());
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
        Settings settings = node.settings();
        Destination destination = destination(row.driver());
        String name = destination.nameOf(row.remotePath());
        String remoteName =
                row.encrypted() && name.endsWith(".gpg") ? name.substring(0, name.length() - ".gpg".length()) : name;
        return new ClaimedCopy(
                row, Comparison.archiveOf(claim, settings), remoteName, destination.remotePath(name), claim.size());
    }

    /** The copy that a row was taken for. */
    Optional<Copy> copyOf(ReplicationRow row) throws FailureException {
        Destination destination = destination(row.driver());
        return node.ledger().copies().at(row.driver(), destination.remotePath(destination.nameOf(row.remotePath())));
    }

    private void prove(ReplicationRow row) throws FailureException {
        String sha256 = row.sha256();
        Copy copy = copyOf(row).orElse(null);
        if (copy != null && sha256 != null) {
            node.ledger().proofs().record(copy.id(), sha256);
        }
    }
}
