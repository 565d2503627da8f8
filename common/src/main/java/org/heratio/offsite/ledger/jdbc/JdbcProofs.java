package org.heratio.offsite.ledger.jdbc;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.heratio.offsite.failure.Failure;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Proofs;
import org.jspecify.annotations.Nullable;

/** Records proofs with the requests that wait for them, and finds what is to be proved. */
final class JdbcProofs implements Proofs {
    private final Transactions transactions;
    private final CopyTransitions copies;
    private final RequestChecks requests;
    private final ZoneId zone;

    /** @param zone in which people mean their days */
    JdbcProofs(Transactions transactions, CopyTransitions copies, RequestChecks requests, ZoneId zone) {
        this.transactions = transactions;
        this.copies = copies;
        this.requests = requests;
        this.zone = zone;
    }

    @Override
    public boolean record(long copyId, String sha256) throws LedgerException {
        return transactions.runShort(tx -> {
            Optional<Copy> verified = copies.verified(tx, copyId, sha256);
            if (verified.isPresent()) {
                requests.checked(tx, verified.get(), RequestChecks.INTACT, null);
            }
            return verified.isPresent();
        });
    }

    @Override
    public boolean archived(Copy read, Failure failure) throws LedgerException {
        return transactions.run(tx -> {
            Optional<CopyTransitions.Archived> archived = copies.archived(tx, read, failure);
            if (archived.isPresent()) {
                requests.archived(tx, archived.get().copy(), failure.oneLine());
            }
            return archived.isPresent() && archived.get().first();
        });
    }

    @Override
    public List<Copy> due(Sweep sweep, @Nullable Place after, int limit) throws LedgerException {
        return transactions.run(tx -> due(tx, sweep, after, limit));
    }

    /** The parts of the order, each of which an index can give: that of a whole sweep is none. */
    private enum Part {
        UNPROVED("state IN ('REPLICATED', 'CORRUPT', 'MISSING', 'FAILED') AND proved_at IS NULL AND "
                + OpenClaims.NOT_OUTLIVED),
        DOUBTED("state IN ('REPLICATED', 'CORRUPT', 'MISSING', 'FAILED') AND proved_at IS NOT NULL"),
        VERIFIED("state = 'VERIFIED'");

        private final String condition;

        Part(String condition) {
            this.condition = condition;
        }

        static Part of(Place place) {
            return place.verified() ? VERIFIED : place.provedAt() == 0 ? UNPROVED : DOUBTED;
        }
    }

    private List<Copy> due(Tx tx, Sweep sweep, @Nullable Place after, int limit)
            throws StatementException, InterruptedException {
        List<Copy> copies = new ArrayList<>();
        Part first = after == null ? Part.UNPROVED : Part.of(after);
        for (Part part : Part.values()) {
            boolean wanted = part.compareTo(first) >= 0 && (sweep.all() || part != Part.VERIFIED);
            if (wanted && copies.size() < limit) {
                copies.addAll(due(tx, sweep, part, part == first ? after : null, limit - copies.size()));
            }
        }
        return copies;
    }

    private List<Copy> due(Tx tx, Sweep sweep, Part part, @Nullable Place after, int limit)
            throws StatementException, InterruptedException {
        StringBuilder sql = new StringBuilder("SELECT " + CopyRows.COLUMNS + " FROM offsite_copy WHERE "
                + part.condition + " AND " + CopyTransitions.SHIPPED);
        List<Object> parameters = new ArrayList<>();
        if (part == Part.VERIFIED) {
            sql.append(" AND proved_at <= ?");
            parameters.add(sweep.until());
        }
        if (sweep.from() != null) {
            sql.append(" AND replicated_at >= ?");
            parameters.add(sweep.from().atStartOfDay(zone).toInstant().toEpochMilli());
        }
        if (sweep.driver() != null) {
            sql.append(" AND driver = ?");
            parameters.add(sweep.driver());
        }
        if (after != null && part == Part.UNPROVED) {
            sql.append(" AND id > ?");
            parameters.add(after.copyId());
        } else if (after != null) {
            sql.append(" AND proved_at >= ? AND (proved_at > ? OR id > ?)");
            parameters.addAll(List.of(after.provedAt(), after.provedAt(), after.copyId()));
        }
        sql.append(part == Part.UNPROVED ? " ORDER BY id" : " ORDER BY proved_at, id")
                .append(" LIMIT ")
                .append(limit);
        List<Copy> copies = new ArrayList<>();
        for (SqlRow row : tx.query(sql.toString(), parameters.toArray())) {
            copies.add(Rows.copy(row));
        }
        return copies;
    }
}
