package org.heratio.offsite.uploader;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Copies;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.Lease;
import org.heratio.offsite.ledger.Leases;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Payloads;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.Versions;

/** Removes at a destination what unfinished puts of this installation left there and no try will take up again. */
public final class AbandonedPuts {
    private final Versions versions;
    private final Payloads payloads;
    private final Copies copies;
    private final Leases leases;
    private final String installationId;

    public AbandonedPuts(Ledger ledger) {
        this.versions = ledger.versions();
        this.payloads = ledger.payloads();
        this.copies = ledger.copies();
        this.leases = ledger.leases();
        this.installationId = ledger.installationId();
    }

    /**
     * Blocks; may be called at any time. The lease of each copy whose put may be abandoned is held until the destination is through: what another
     * process is putting at this moment stays, and nobody begins to put what is about to be removed.
     *
     * @return whether anything of this installation stays, which may be abandoned later
     */
    public boolean clear(Destination destination) throws FailureException, InterruptedException {
        Map<Long, Lease> held = new HashMap<>();
        AtomicBoolean stays = new AtomicBoolean();
        try {
            destination.removeAbandoned(installationId, transferId -> {
                boolean keeps = keeps(transferId, destination.driver(), held);
                stays.compareAndSet(false, keeps);
                return keeps;
            });
            return stays.get();
        } finally {
            held.values().forEach(Lease::close);
        }
    }

    private boolean keeps(String transferId, String driver, Map<Long, Lease> held) throws FailureException {
        Optional<TransferId> id = TransferId.parse(transferId);
        if (id.isEmpty()) {
            return false;
        }
        long copyId = id.get().copyId();
        if (willGoOn(copyId, driver, transferId)) {
            return true;
        }
        // one copy may have left several
        if (!held.containsKey(copyId)) {
            Optional<Lease> lease = leases.take("copy:" + copyId);
            if (lease.isEmpty()) {
                return true; // a put of what the ledger thought of before
            }
            held.put(copyId, lease.get());
        }
        // looked up again: until the lease was ours, or once it is lost, there may be new work
        return willGoOn(copyId, driver, transferId)
                || !Objects.requireNonNull(held.get(copyId)).held();
    }

    private boolean willGoOn(long copyId, String driver, String transferId) throws FailureException {
        Optional<Copy> copy = copies.find(copyId);
        return copy.isPresent() && copy.get().driver().equals(driver) && isNextPut(copy.get(), transferId);
    }

    private boolean isNextPut(Copy copy, String transferId) throws FailureException {
        Optional<Version> version = versions.find(copy.versionId());
        Optional<Payload> payload = payloads.ofVersion(copy.versionId());
        return switch (copy.state()) {
            case PENDING, CORRUPT, MISSING ->
                version.isPresent()
                        && payload.isPresent()
                        && TransferId.of(copy.id(), version.get(), payload.get())
                                .toString()
                                .equals(transferId);
            case REPLICATED, VERIFIED, FAILED -> false;
        };
    }
}
