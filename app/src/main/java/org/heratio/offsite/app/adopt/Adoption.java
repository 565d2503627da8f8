package org.heratio.offsite.app.adopt;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.heratio.offsite.app.run.Ledgers;
import org.heratio.offsite.app.run.Node;
import org.heratio.offsite.app.run.StopSignal;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.failure.FailureKind;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.ReplicationRow;
import org.heratio.offsite.ledger.jdbc.HeratioDatabase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the copies that Heratio shipped, and that are there, into the ledger: as claims, which the next sweep proves. */
public final class Adoption {
    private static final Logger LOG = LoggerFactory.getLogger(Adoption.class);
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final Node node;

    public Adoption(Node node) {
        this.node = node;
    }

    /** Before anything is shipped: what is there already must not be shipped again. Rows that were taken before cost one query. */
    public void adoptNew() throws FailureException, ConfigException, InterruptedException {
        Settings settings = node.settings();
        if (Ledgers.embedded(settings)) {
            return;
        }
        HeratioDatabase.Claims claims = new HeratioDatabase(Ledgers.config(settings)).claims();
        boolean any = claims.rows().stream().anyMatch(row -> isCandidate(claims, row));
        if (any) {
            int adopted = adopt(new Comparison(settings, false).compare(claims).claims());
            if (adopted > 0) {
                LOG.info("took {} copies that Heratio shipped into the ledger; the next sweep proves them", adopted);
            }
        }
    }

    /** {@code driver:path} of what {@link #adoptNew} would take now; changes nothing. */
    public Set<String> wouldAdopt() throws FailureException, ConfigException, InterruptedException {
        Settings settings = node.settings();
        if (Ledgers.embedded(settings)) {
            return Set.of();
        }
        HeratioDatabase.Claims claims = new HeratioDatabase(Ledgers.config(settings)).claims();
        if (claims.rows().stream().noneMatch(row -> isCandidate(claims, row))) {
            return Set.of();
        }
        return new Comparison(settings, false)
                .compare(claims).claims().stream()
                        .filter(Claim::adoptable)
                        .filter(claim -> !claim.localChanged())
                        .map(claim -> claim.row().driver() + ":" + claim.row().localPath())
                        .collect(Collectors.toSet());
    }

    private boolean isCandidate(HeratioDatabase.Claims claims, ReplicationRow row) {
        return !claims.knows(row)
                && !row.remotePath().isEmpty()
                && node.destinations().containsKey(row.driver());
    }

    /** The same for a service: waits while a destination is away. */
    public void adoptNewPatiently(StopSignal stop) throws FailureException, ConfigException, InterruptedException {
        while (true) {
            try {
                adoptNew();
                return;
            } catch (FailureException e) {
                if (e.failure().kind() != FailureKind.TRANSIENT) {
                    throw e;
                }
                LOG.warn(
                        "what Heratio shipped has to be known before anything is; tried again in {} s: {}",
                        PAUSE.toSeconds(),
                        e.failure().oneLine());
            }
            if (stop.await(PAUSE)) {
                return;
            }
        }
    }

    /** Takes the claims that fit; those that were read are proved at once. How many were taken. */
    public int adopt(List<Claim> claims) throws FailureException {
        int adopted = 0;
        for (Claim claim : claims) {
            Destination destination = node.destinations().get(claim.row().driver());
            if (claim.adoptable() && destination != null && take(claim, destination)) {
                adopted++;
                if (claim.verdict() == Claim.Verdict.INTACT) {
                    prove(claim.row());
                }
            }
        }
        return adopted;
    }

    private boolean take(Claim claim, Destination destination) throws FailureException {
        ReplicationRow row = claim.row();
        String name = destination.nameOf(row.remotePath());
        String remoteName =
                row.encrypted() && name.endsWith(".gpg") ? name.substring(0, name.length() - ".gpg".length()) : name;
        return node.ledger().adopt(row, Comparison.archiveOf(claim, node.settings()), remoteName);
    }

    private void prove(ReplicationRow row) throws FailureException {
        String sha256 = row.sha256();
        Copy copy = node.ledger().copyAt(row.driver(), row.remotePath()).orElse(null);
        if (copy != null && sha256 != null) {
            node.ledger().verified(copy.id(), sha256);
        }
    }
}
