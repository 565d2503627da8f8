package org.heratio.offsite.ledger.jdbc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.heratio.offsite.archive.Digests;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.JournalEntry.Kind;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;
import org.jspecify.annotations.Nullable;

/**
 * Versions with the same bytes. The holder is the one with copies; the others are the same as it, and have none. A holder is never the same
 * as another version: the transaction that records one locks both.
 */
final class SameBytes {
    /** The number of versions with copies of the same bytes that are asked. */
    private static final int CANDIDATES = 8;

    private final PublicLedger publicLedger;
    private final JournalRows journal;
    private final Supplier<@Nullable String> keyId;

    /** @param keyId that of the passphrase that this process encrypts with, or null */
    SameBytes(PublicLedger publicLedger, JournalRows journal, Supplier<@Nullable String> keyId) {
        this.publicLedger = publicLedger;
        this.journal = journal;
        this.keyId = keyId;
    }

    Optional<Version> record(Tx tx, long versionId, String sha256, boolean encrypted)
            throws StatementException, InterruptedException {
        Optional<Version> found = Sealing.lock(tx, versionId);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Version version = found.get();
        if (version.sameAs() != 0) {
            // recorded before, and its answer was lost
            return sha256.equals(version.sha256()) ? Sealing.version(tx, version.sameAs()) : Optional.empty();
        }
        Set<String> wanted = version.state() == VersionState.SETTLED && !version.overwrite()
                ? destinationsToServe(tx, version)
                : Set.of();
        if (wanted.isEmpty()) {
            return Optional.empty();
        }
        for (Version candidate : candidates(tx, version, sha256)) {
            // nothing may make it the same as a third one meanwhile
            Optional<Version> holder = Sealing.lock(tx, candidate.holder())
                    .filter(held -> held.state() == VersionState.SEALED && held.sameAs() == 0);
            if (holder.isPresent()
                    && served(tx, holder.get(), version, encrypted).containsAll(wanted)) {
                serve(tx, version, candidate, sha256, wanted);
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /** Returns the destinations that a version waits for; none if it has copies already, or serves other versions. */
    private static Set<String> destinationsToServe(Tx tx, Version version)
            throws StatementException, InterruptedException {
        Set<String> drivers = new HashSet<>();
        for (Copy copy : CopyRows.of(tx, version.id())) {
            if (copy.state() != CopyState.PENDING || copy.shipped() || copy.pendingPut() != null) {
                return Set.of();
            }
            drivers.add(copy.driver());
        }
        return version.sha256() == null || !servesOthers(tx, version.id()) ? drivers : Set.of();
    }

    /** Returns sealed versions with the bytes: those of the same path, then those with copies. Other names of the latter add nothing. */
    private static List<Version> candidates(Tx tx, Version version, String sha256)
            throws StatementException, InterruptedException {
        List<Version> candidates = new ArrayList<>();
        String path = Digests.ofText(version.path());
        for (SqlRow row : tx.query(
                "SELECT " + Settling.COLUMNS
                        + " FROM offsite_version WHERE size_bytes = ? AND sha256 = ? AND state = 'SEALED' "
                        + "AND id <> ? AND (same_as IS NULL OR same_as <> ? AND path_hash = ?) "
                        + "ORDER BY CASE WHEN path_hash = ? THEN 0 ELSE 1 END, newest_at DESC, id DESC LIMIT "
                        + CANDIDATES,
                version.size(),
                sha256,
                version.id(),
                version.id(),
                path,
                path)) {
            candidates.add(Rows.version(row));
        }
        return candidates;
    }

    /**
     * Returns the destinations where a holder has an undamaged copy, or will have one because its payload is there or is made again. A
     * payload that is the archive itself does not count for another path: the archive may have been renamed to just that.
     */
    private Set<String> served(Tx tx, Version holder, Version version, boolean encrypted)
            throws StatementException, InterruptedException {
        Optional<SqlRow> payload =
                tx.first("SELECT spool_file, encrypted, key_id FROM offsite_payload WHERE version_id = ?", holder.id());
        boolean usable = payload.filter(found ->
                        found.text("spool_file").isEmpty() && !holder.path().equals(version.path()))
                .isEmpty();
        Set<String> drivers = new HashSet<>();
        // locked: a transaction that damages one ends before this, or sees the name that is served
        List<SqlRow> copies = tx.query(
                "SELECT driver, state, encrypted, key_id FROM offsite_copy WHERE version_id = ? AND claimed = 0 "
                        + "AND state IN ('REPLICATED', 'VERIFIED', 'PENDING') "
                        // such a copy cannot be proved, and a request would wait for its proof
                        + "AND (state <> 'REPLICATED' OR error_code IS NULL OR error_code <> ?) FOR UPDATE",
                holder.id(),
                ErrorCode.COPY_ARCHIVED.name());
        // a payload that was given up is made again, at least of a proved copy
        Optional<SqlRow> source = payload.isPresent()
                ? payload.filter(found -> usable)
                : copies.stream()
                        .filter(copy -> copy.text("state").equals(CopyState.VERIFIED.name()))
                        .findFirst();
        for (SqlRow copy : copies) {
            boolean pending = copy.text("state").equals(CopyState.PENDING.name());
            Optional<SqlRow> bytes = pending ? source : Optional.of(copy);
            if (bytes.filter(found -> fits(found, encrypted)).isPresent()) {
                drivers.add(copy.text("driver"));
            }
        }
        return drivers;
    }

    private boolean fits(SqlRow bytes, boolean encrypted) {
        return bytes.flag("encrypted") == encrypted && (!encrypted || isOurKey(bytes.textOrNull("key_id")));
    }

    /** Returns false for copies that were encrypted with another passphrase than the one in force. */
    private boolean isOurKey(@Nullable String key) {
        String ours = keyId.get();
        return key == null || ours == null || key.equals(ours);
    }

    private void serve(Tx tx, Version version, Version candidate, String sha256, Set<String> wanted)
            throws StatementException, InterruptedException {
        long id = version.id();
        tx.update("DELETE FROM offsite_copy WHERE version_id = ?", id);
        tx.update("DELETE FROM offsite_payload WHERE version_id = ?", id);
        long shown = id;
        if (candidate.path().equals(version.path())) {
            VersionIdentity.pass(tx, id, candidate, sha256);
            RequestRows.follow(tx, id, candidate.id());
            shown = candidate.id();
        } else {
            tx.update(
                    "UPDATE offsite_version SET state = 'SEALED', sha256 = ?, same_as = ?, due_at = NULL, error_code = NULL, "
                            + "error = NULL WHERE id = ?",
                    sha256,
                    candidate.holder(),
                    id);
        }
        show(tx, shown, candidate.holder(), wanted);
        journal.write(
                tx,
                Kind.SAME_BYTES,
                JournalRows.About.version(version.path(), id),
                "the bytes of version " + candidate.id() + ", " + candidate.path());
    }

    /** Shows the copies at some destinations in the public rows of the path of a version. */
    private void show(Tx tx, long versionId, long holder, Set<String> drivers)
            throws StatementException, InterruptedException {
        SqlRow row = tx.query("SELECT path, newest_at FROM offsite_version WHERE id = ?", versionId)
                .get(0);
        for (Copy copy : CopyRows.of(tx, holder)) {
            Long replicatedAt = copy.replicatedAt();
            if (replicatedAt != null && copy.state() != CopyState.PENDING && drivers.contains(copy.driver())) {
                PublicLedger.Shown shown = new PublicLedger.Shown(
                        copy.id(),
                        row.text("path"),
                        row.number("newest_at"),
                        copy.driver(),
                        copy.remotePath(),
                        copy.sha256(),
                        copy.size(),
                        copy.encrypted());
                publicLedger.shared(tx, shown, replicatedAt, copy.provedAt());
            }
        }
    }

    private static boolean servesOthers(Tx tx, long versionId) throws StatementException, InterruptedException {
        return tx.first("SELECT id FROM offsite_version WHERE same_as = ? AND state = 'SEALED' LIMIT 1", versionId)
                .isPresent();
    }

    /** Returns sealed versions with the bytes of one, with or without copies of their own. */
    static List<Version> others(Tx tx, long versionId, int limit) throws StatementException, InterruptedException {
        Optional<Version> version = Sealing.version(tx, versionId).filter(found -> found.sha256() != null);
        List<Version> others = new ArrayList<>();
        if (version.isPresent()) {
            for (SqlRow row : tx.query(
                    "SELECT " + Settling.COLUMNS + " FROM offsite_version WHERE size_bytes = ? AND sha256 = ? "
                            + "AND state = 'SEALED' AND id <> ? ORDER BY newest_at DESC, id DESC LIMIT "
                            + limit,
                    version.get().size(),
                    version.get().sha256(),
                    versionId)) {
                others.add(Rows.version(row));
            }
        }
        return others;
    }

    /**
     * Makes a version one with copies of its own again, which wait: it is to be shipped by force, or the copies that served it are damaged or
     * failed. Only these are made then. Nothing happens where there are none.
     *
     * @param encrypted destinations that get it encrypted
     * @param plain those that do not
     * @return whether it has copies of its own now
     */
    static boolean part(Tx tx, Version version, Collection<String> encrypted, Collection<String> plain, boolean force)
            throws StatementException, InterruptedException {
        Set<String> drivers = new HashSet<>(encrypted);
        drivers.addAll(plain);
        if (!force) {
            drivers.retainAll(bad(tx, version.sameAs()));
        }
        if (drivers.isEmpty()) {
            return false;
        }
        tx.update(
                "UPDATE offsite_version SET state = 'SETTLED', same_as = NULL, plain = ?, due_at = ? WHERE id = ?",
                Rows.flag(plain.containsAll(drivers)),
                tx.now(),
                version.id());
        for (String driver : drivers) {
            // the public row of the path is ours, and no claim of Heratio's
            CopyRows.insert(tx, version.id(), driver, plain.contains(driver), null);
        }
        return true;
    }

    private static Set<String> bad(Tx tx, long holder) throws StatementException, InterruptedException {
        Set<String> bad = new HashSet<>();
        for (Copy copy : CopyRows.of(tx, holder)) {
            if (isBad(copy)) {
                bad.add(copy.driver());
            }
        }
        return bad;
    }

    /**
     * Makes a version the same as a shipped one with its bytes again, which it was before it parted: nothing of it was shipped, and its
     * archive is gone or changed. Its copies end.
     *
     * @return whether it is one; false for a version that was never sealed, or has copies that were shipped
     */
    static boolean rejoin(Tx tx, Version version) throws StatementException, InterruptedException {
        String sha256 = version.sha256();
        if (sha256 == null
                || version.sameAs() != 0
                || CopyRows.of(tx, version.id()).stream().anyMatch(copy -> copy.shipped() || copy.pendingPut() != null)
                || servesOthers(tx, version.id())) {
            return false;
        }
        Optional<SqlRow> holder = tx.first(
                "SELECT id FROM offsite_version WHERE size_bytes = ? AND sha256 = ? AND state = 'SEALED' AND same_as IS NULL "
                        + "AND id <> ? AND EXISTS " + Settling.SHIPPED
                        + " ORDER BY newest_at DESC, id DESC LIMIT 1 FOR UPDATE",
                version.size(),
                sha256,
                version.id());
        if (holder.isEmpty()) {
            return false;
        }
        tx.update("DELETE FROM offsite_copy WHERE version_id = ?", version.id());
        tx.update("DELETE FROM offsite_payload WHERE version_id = ?", version.id());
        return tx.changes(
                "UPDATE offsite_version SET state = 'SEALED', same_as = ?, overwrites = 0, due_at = NULL, error_code = NULL, "
                        + "error = NULL WHERE id = ? AND state IN ('SETTLED', 'FAILED')",
                holder.get().number("id"),
                version.id());
    }

    private static boolean isBad(Copy copy) {
        return switch (copy.state()) {
            case FAILED, CORRUPT, MISSING -> true;
            case PENDING, REPLICATED, VERIFIED -> false;
        };
    }
}
