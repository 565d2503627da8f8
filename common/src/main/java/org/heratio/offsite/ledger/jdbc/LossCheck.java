package org.heratio.offsite.ledger.jdbc;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.ledger.Installation;
import org.heratio.offsite.ledger.LedgerException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses to begin a new ledger where there was one, and to go on with another than the installation's. The traces are
 * read first: another process that makes the ledger at the same time leaves them last.
 */
final class LossCheck {
    private static final Logger LOG = LoggerFactory.getLogger(LossCheck.class);

    private final @Nullable Installation installation;
    private final EmbeddedFile file;
    private final Installation.Traces traces;
    private final Optional<String> marked;

    /** @throws LedgerException when the marker cannot be read */
    LossCheck(@Nullable Installation installation, EmbeddedFile file) throws LedgerException {
        this.installation = installation;
        this.file = file;
        this.traces = installation == null ? Installation.Traces.NONE : installation.traces();
        this.marked = installation == null ? Optional.empty() : marked(installation);
    }

    private static Optional<String> marked(Installation installation) throws LedgerException {
        try {
            return installation.markedId();
        } catch (LedgerException e) {
            if (!installation.tolerant()) {
                throw e;
            }
            LOG.warn("{}", e.failure().oneLine());
            return Optional.empty();
        }
    }

    /** Before anything is made or opened. */
    void beforeOpening() throws LedgerException {
        if (installation != null && !traces.isEmpty()) {
            file.requireContent();
            if (file.absent()) {
                throw lost("the ledger is gone: " + installation.place() + " has no file");
            }
        }
    }

    /** Before tables are made. */
    void beforeMigrating(Connection connection) throws SQLException, LedgerException {
        if (installation == null || traces.isEmpty()) {
            return;
        }
        Optional<String> id = id(connection);
        if (id.isEmpty()) {
            throw lost("the ledger is empty: " + installation.place() + " has no tables of offsite");
        }
        if (marked.isEmpty() || marked.equals(id)) {
            return;
        }
        LedgerException other = other(installation, id.get(), marked.get());
        if (!installation.tolerant() || !hasArchives(connection)) {
            throw other;
        }
        LOG.warn("{}", other.failure().oneLine());
    }

    /** Leaves the marker of a ledger that was opened. */
    void opened(String id) {
        if (installation != null && marked.isEmpty() && !traces.mayHave(installation.marker())) {
            installation.mark(id);
        }
    }

    private static Optional<String> id(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement("SELECT val FROM offsite_meta WHERE name = 'installation_id'");
                ResultSet row = statement.executeQuery()) {
            return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
        } catch (SQLException e) {
            if (DatabaseRights.isAbsent(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static boolean hasArchives(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setMaxRows(1);
            try (ResultSet row = statement.executeQuery("SELECT id FROM offsite_version")) {
                return row.next();
            }
        }
    }

    private LedgerException lost(String reason) {
        if (traces.found().isEmpty()) {
            return new LedgerException(
                    ErrorCode.LEDGER_REFUSED,
                    reason + ", and " + paths(traces.unseen())
                            + " cannot be looked into, so that nobody knows whether an older one left something there",
                    "give it to the user that runs offsite",
                    null);
        }
        String left = paths(traces.found());
        return new LedgerException(
                ErrorCode.LEDGER_LOST,
                reason + ", although an older one has left " + left,
                "put the ledger back from a backup, or name the right one by BACKUP_OFFSITE_STATE_DIR, BACKUP_OFFSITE_LEDGER_URL or"
                        + " DB_DATABASE; to begin a new ledger on purpose, delete " + left + " first",
                null);
    }

    private static String paths(List<Path> paths) {
        return paths.stream().map(Path::toString).collect(Collectors.joining(", "));
    }

    private static LedgerException other(Installation installation, String id, String marked) {
        return new LedgerException(
                ErrorCode.LEDGER_LOST,
                "the ledger in " + installation.place() + " has the id " + id
                        + ", but this installation belongs to the one with the id " + marked + " ("
                        + installation.marker() + ")",
                "name the right ledger by BACKUP_OFFSITE_LEDGER_URL, DB_DATABASE or BACKUP_OFFSITE_STATE_DIR; if the ledger has moved or"
                        + " was replaced on purpose, delete " + installation.marker()
                        + " (offsite restore works meanwhile)",
                null);
    }
}
