package org.heratio.offsite.ledger.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Payload;
import org.heratio.offsite.ledger.Payloads;
import org.heratio.offsite.ledger.SealResult;
import org.heratio.offsite.ledger.SealedPayload;

/** Runs what {@link Sealing} does to payloads in transactions. */
final class JdbcPayloads implements Payloads {
    private final Transactions transactions;
    private final Sealing sealing;

    JdbcPayloads(Transactions transactions, Sealing sealing) {
        this.transactions = transactions;
        this.sealing = sealing;
    }

    @Override
    public Optional<Payload> find(long payloadId) throws LedgerException {
        return transactions.run(tx -> Sealing.payload(tx, payloadId));
    }

    @Override
    public Optional<Payload> ofVersion(long versionId) throws LedgerException {
        return transactions.run(tx -> Sealing.payloadOf(tx, versionId));
    }

    @Override
    public SealResult record(long versionId, SealedPayload sealed) throws LedgerException {
        return transactions.runShort(tx -> sealing.sealed(tx, versionId, sealed));
    }

    @Override
    public List<String> filesInUse() throws LedgerException {
        return transactions.run(JdbcPayloads::filesInUse);
    }

    private static List<String> filesInUse(Tx tx) throws StatementException, InterruptedException {
        List<String> files = new ArrayList<>();
        for (SqlRow row : tx.query("SELECT p.spool_file AS spool_file FROM offsite_payload p WHERE p.spool_file <> '' "
                + "AND EXISTS (SELECT 1 FROM offsite_copy c WHERE c.version_id = p.version_id AND (c.state = 'PENDING' "
                + "OR (c.state IN ('CORRUPT', 'MISSING') AND c.repairs < " + Copy.MAX_REPAIRS + ")))")) {
            files.add(row.text("spool_file"));
        }
        return files;
    }

    @Override
    public void fileDeleted(String spoolFile) throws LedgerException {
        if (!spoolFile.isEmpty()) {
            transactions.run(tx -> tx.update("DELETE FROM offsite_payload WHERE spool_file = ?", spoolFile));
        }
    }

    @Override
    public void delete(long payloadId) throws LedgerException {
        transactions.run(tx -> tx.update("DELETE FROM offsite_payload WHERE id = ?", payloadId));
    }

    @Override
    public int deleteUnwantedPlain() throws LedgerException {
        return transactions.run(Sealing::plainPayloadsUnwanted);
    }
}
