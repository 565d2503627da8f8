package org.heratio.offsite.ledger.jdbc;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.heratio.offsite.ledger.Incident;
import org.heratio.offsite.ledger.JournalEntry;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Notice;
import org.heratio.offsite.ledger.Notices;
import org.jspecify.annotations.Nullable;

/** The outbox in tables of its own; how far the journal was read is among the facts of {@link Meta}. */
final class JdbcNotices implements Notices {
    private static final String READ = "notifier.read";
    private static final int MOST = 1000;
    private static final String MESSAGES =
            "SELECT id, message, channel, incident, body, made_at, due_at, attempts FROM offsite_notice";

    private final Transactions transactions;
    private final JournalRows journal;

    JdbcNotices(Transactions transactions, JournalRows journal) {
        this.transactions = transactions;
        this.journal = journal;
    }

    @Override
    public Optional<Long> readUntil() throws LedgerException {
        return transactions.run(tx -> Meta.value(tx, READ).map(Long::valueOf));
    }

    @Override
    public boolean read(@Nullable Long from, long until, List<Incident> changed) throws LedgerException {
        return transactions.run(tx -> {
            if (!advance(tx, from, until)) {
                return false;
            }
            for (Incident incident : changed) {
                if (!update(tx, incident)) {
                    insert(tx, incident);
                }
            }
            return true;
        });
    }

    private static boolean advance(Tx tx, @Nullable Long from, long until)
            throws StatementException, InterruptedException {
        if (from != null) {
            return tx.changes(
                    "UPDATE offsite_meta SET val = ? WHERE name = ? AND val = ?",
                    Long.toString(until),
                    READ,
                    Long.toString(from));
        }
        boolean first = Meta.value(tx, READ).isEmpty();
        if (first) {
            // two that are first at once: one ends in a duplicate key, and looks again
            Meta.insert(tx, READ, Long.toString(until));
        }
        return first;
    }

    private static boolean update(Tx tx, Incident incident) throws StatementException, InterruptedException {
        return tx.changes(
                "UPDATE offsite_incident SET since_at = ?, last_at = ?, facts = ?, told_at = ?, told_facts = ? WHERE name = ?",
                incident.since(),
                incident.last(),
                incident.facts(),
                incident.toldAt(),
                incident.toldFacts(),
                incident.name());
    }

    private static void insert(Tx tx, Incident incident) throws StatementException, InterruptedException {
        tx.update(
                "INSERT INTO offsite_incident (name, kind, driver, code, since_at, last_at, facts, path, detail, told_at, told_facts)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                incident.name(),
                incident.kind(),
                incident.driver(),
                incident.code(),
                incident.since(),
                incident.last(),
                incident.facts(),
                incident.path(),
                Rows.shortened(incident.detail()),
                incident.toldAt(),
                incident.toldFacts());
    }

    @Override
    public List<Incident> incidents() throws LedgerException {
        return transactions.run(tx -> {
            List<Incident> incidents = new ArrayList<>();
            for (SqlRow row : tx.query("SELECT kind, driver, code, since_at, last_at, facts, path, detail, told_at,"
                    + " told_facts FROM offsite_incident ORDER BY since_at, name LIMIT " + MOST)) {
                incidents.add(new Incident(
                        row.text("kind"),
                        row.text("driver"),
                        row.text("code"),
                        row.number("since_at"),
                        row.number("last_at"),
                        row.number("facts"),
                        row.text("path"),
                        row.text("detail"),
                        row.number("told_at"),
                        row.number("told_facts")));
            }
            return incidents;
        });
    }

    @Override
    public void begin(Incident incident) throws LedgerException {
        transactions.execute(tx -> {
            if (tx.first("SELECT name FROM offsite_incident WHERE name = ?", incident.name())
                    .isEmpty()) {
                insert(tx, incident);
            }
        });
    }

    @Override
    public boolean tell(Incident before, @Nullable Incident told, List<Notice> messages) throws LedgerException {
        return transactions.run(tx -> {
            String same = " WHERE name = ? AND since_at = ? AND facts = ? AND told_at = ?";
            boolean changed = told == null
                    ? tx.changes(
                            "DELETE FROM offsite_incident" + same,
                            before.name(),
                            before.since(),
                            before.facts(),
                            before.toldAt())
                    : tx.changes(
                            "UPDATE offsite_incident SET told_at = ?, told_facts = ?" + same,
                            told.toldAt(),
                            told.toldFacts(),
                            before.name(),
                            before.since(),
                            before.facts(),
                            before.toldAt());
            if (changed) {
                put(tx, messages);
            }
            return changed;
        });
    }

    @Override
    public void put(List<Notice> messages) throws LedgerException {
        transactions.execute(tx -> put(tx, messages));
    }

    private static void put(Tx tx, List<Notice> messages) throws StatementException, InterruptedException {
        for (Notice notice : messages) {
            tx.update(
                    "INSERT INTO offsite_notice (message, channel, incident, body, made_at, due_at, attempts)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    notice.message(),
                    notice.channel(),
                    notice.incident(),
                    notice.body(),
                    notice.madeAt(),
                    notice.dueAt(),
                    notice.attempts());
        }
    }

    @Override
    public Set<String> waiting() throws LedgerException {
        return transactions.run(tx -> {
            Set<String> names = new HashSet<>();
            for (SqlRow row : tx.query(
                    "SELECT DISTINCT incident FROM offsite_notice WHERE incident <> '' ORDER BY incident LIMIT "
                            + MOST)) {
                names.add(row.text("incident"));
            }
            return names;
        });
    }

    @Override
    public Optional<Notice> first(String channel) throws LedgerException {
        return transactions.run(tx -> tx.first(MESSAGES + " WHERE channel = ? ORDER BY id LIMIT 1", channel)
                .map(JdbcNotices::notice));
    }

    @Override
    public List<Notice> oldest(int limit) throws LedgerException {
        return transactions.run(tx -> {
            List<Notice> oldest = new ArrayList<>();
            for (SqlRow row : tx.query(MESSAGES + " ORDER BY id LIMIT " + Math.max(0, limit))) {
                oldest.add(notice(row));
            }
            return oldest;
        });
    }

    private static Notice notice(SqlRow row) {
        return new Notice(
                row.number("id"),
                row.text("message"),
                row.text("channel"),
                row.text("incident"),
                row.text("body"),
                row.number("made_at"),
                row.number("due_at"),
                row.small("attempts"));
    }

    @Override
    public void delivered(Notice notice, long at, JournalEntry fact) throws LedgerException {
        transactions.execute(tx -> {
            takeOut(tx, notice, fact);
            works(tx, notice.channel(), at);
        });
    }

    @Override
    public void accepted(String channel, long at) throws LedgerException {
        transactions.execute(tx -> works(tx, channel, at));
    }

    private static void works(Tx tx, String channel, long at) throws StatementException, InterruptedException {
        channel(tx, channel);
        tx.update(
                "UPDATE offsite_channel SET delivered_at = ?, failing_since = 0, error = NULL WHERE name = ?",
                at,
                channel);
    }

    @Override
    public void failed(Notice notice, long at, long dueAt, String error) throws LedgerException {
        transactions.execute(tx -> {
            tx.update(
                    "UPDATE offsite_notice SET due_at = ?, attempts = ? WHERE id = ?",
                    dueAt,
                    notice.attempts() + 1,
                    notice.id());
            fails(tx, notice.channel(), at, error);
        });
    }

    @Override
    public void givenUp(Notice notice, long at, String error, JournalEntry fact) throws LedgerException {
        transactions.execute(tx -> {
            takeOut(tx, notice, fact);
            fails(tx, notice.channel(), at, error);
        });
    }

    private void takeOut(Tx tx, Notice notice, JournalEntry fact) throws StatementException, InterruptedException {
        // unless it went with its channel meanwhile
        if (tx.changes("DELETE FROM offsite_notice WHERE id = ?", notice.id())) {
            journal.write(tx, List.of(fact));
        }
    }

    private static void fails(Tx tx, String channel, long at, String error)
            throws StatementException, InterruptedException {
        channel(tx, channel);
        tx.update("UPDATE offsite_channel SET failing_since = ? WHERE name = ? AND failing_since = 0", at, channel);
        tx.update("UPDATE offsite_channel SET error = ? WHERE name = ?", Rows.shortened(error), channel);
    }

    private static void channel(Tx tx, String name) throws StatementException, InterruptedException {
        if (tx.first("SELECT name FROM offsite_channel WHERE name = ?", name).isEmpty()) {
            tx.update("INSERT INTO offsite_channel (name, delivered_at, failing_since) VALUES (?, 0, 0)", name);
        }
    }

    @Override
    public void retain(List<String> channels) throws LedgerException {
        String others = channels.isEmpty() ? "" : " NOT IN (" + Tx.marks(channels.size()) + ")";
        Object[] names = channels.toArray();
        transactions.execute(tx -> {
            tx.update("DELETE FROM offsite_notice" + (others.isEmpty() ? "" : " WHERE channel" + others), names);
            tx.update("DELETE FROM offsite_channel" + (others.isEmpty() ? "" : " WHERE name" + others), names);
        });
    }

    @Override
    public List<Channel> channels() throws LedgerException {
        return transactions.run(tx -> {
            List<Channel> channels = new ArrayList<>();
            for (SqlRow row : tx.query("SELECT c.name, c.delivered_at, c.failing_since, c.error,"
                    + " (SELECT COUNT(*) FROM offsite_notice n WHERE n.channel = c.name) AS messages"
                    + " FROM offsite_channel c ORDER BY c.name")) {
                channels.add(new Channel(
                        row.text("name"),
                        row.number("delivered_at"),
                        row.number("failing_since"),
                        row.textOrNull("error"),
                        row.number("messages")));
            }
            return channels;
        });
    }
}
