package org.heratio.offsite.ledger.jdbc;

import java.util.Optional;
import java.util.function.UnaryOperator;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Scans;

/** The last scans among the facts of {@link Meta}: one of each backup directory, named by a part of its hash. */
final class JdbcScans implements Scans {
    private static final int NAME = 32;
    private static final Last NONE = new Last(0, 0);

    private final Transactions transactions;

    JdbcScans(Transactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public void record(String root, long at, boolean served) throws LedgerException {
        change(root, former -> new Last(at, served ? at : former.served()));
    }

    @Override
    public void goesOn(String root, long at) throws LedgerException {
        change(root, former -> new Last(former.at(), at));
    }

    private void change(String root, UnaryOperator<Last> change) throws LedgerException {
        transactions.run(tx -> {
            Optional<String> former = Meta.value(tx, name(root));
            Last last = change.apply(former.map(JdbcScans::parse).orElse(NONE));
            String value = last.at() + " " + last.served();
            if (former.isEmpty()) {
                // two that are first at once: one ends in a duplicate key, and looks again
                Meta.insert(tx, name(root), value);
            } else {
                tx.update("UPDATE offsite_meta SET val = ? WHERE name = ?", value, name(root));
            }
            return true;
        });
    }

    @Override
    public Optional<Last> last(String root) throws LedgerException {
        return transactions.run(tx -> Meta.value(tx, name(root)).map(JdbcScans::parse));
    }

    private static Last parse(String value) {
        int blank = value.indexOf(' ');
        return new Last(Long.parseLong(value.substring(0, blank)), Long.parseLong(value.substring(blank + 1)));
    }

    private static String name(String root) {
        return "scan." + Digests.ofText(root).substring(0, NAME);
    }
}
