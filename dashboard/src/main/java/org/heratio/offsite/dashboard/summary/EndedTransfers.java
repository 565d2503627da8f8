package org.heratio.offsite.dashboard.summary;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.Retries;
import org.heratio.offsite.ledger.Version;
import org.jspecify.annotations.Nullable;

/**
 * Finds the transfers that have ended as the ledger says: a worker does not tell of the last bytes. Blocks.
 */
final class EndedTransfers {
    private final Ledger ledger;

    EndedTransfers(Ledger ledger) {
        this.ledger = ledger;
    }

    /** @param versions those that the transfers are of, by id */
    List<Transfers.Transfer> among(Collection<Transfers.Transfer> transfers, Map<Long, Version> versions)
            throws FailureException {
        Map<Long, List<Copy>> copies =
                versions.isEmpty() ? Map.of() : ledger.copies().ofVersions(versions.keySet());
        Map<Long, Retries.Attempt> attempts = ledger.retries()
                .ofCopies(copies.values().stream()
                        .flatMap(List::stream)
                        .map(Copy::id)
                        .toList());
        List<Transfers.Transfer> ended = new ArrayList<>();
        for (Transfers.Transfer transfer : transfers) {
            Version version = versions.get(transfer.versionId());
            boolean over = transfer.driver().isEmpty()
                    ? version != null && isSealed(version, copies.getOrDefault(version.id(), List.of()))
                    : copies.getOrDefault(transfer.versionId(), List.of()).stream()
                            .filter(copy -> copy.driver().equals(transfer.driver()))
                            .anyMatch(copy -> isOver(transfer, copy, attempts.get(copy.id())));
            if (over) {
                ended.add(transfer);
            }
        }
        return ended;
    }

    /** Returns whether there is nothing to seal: a version that was sealed before is sealed again for copies without a payload. */
    private boolean isSealed(Version version, List<Copy> copies) throws FailureException {
        return switch (version.state()) {
            case SETTLED -> false;
            case SEALED ->
                copies.stream().noneMatch(EndedTransfers::needsPayload)
                        || ledger.payloads().ofVersion(version.id()).isPresent();
            case FAILED, SUPERSEDED -> true;
        };
    }

    private static boolean needsPayload(Copy copy) {
        return switch (copy.state()) {
            case PENDING, CORRUPT, MISSING -> true;
            case REPLICATED, VERIFIED, FAILED -> false;
        };
    }

    private static boolean isOver(Transfers.Transfer transfer, Copy copy, Retries.@Nullable Attempt last) {
        if (copy.state() == CopyState.FAILED || (last != null && last.at() >= transfer.since())) {
            return true;
        }
        Long done = transfer.stage().startsWith("uploader") ? copy.replicatedAt() : copy.provedAt();
        return Objects.requireNonNullElse(done, 0L) >= transfer.since();
    }
}
