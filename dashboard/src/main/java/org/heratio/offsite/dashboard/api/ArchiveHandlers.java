package org.heratio.offsite.dashboard.api;

import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.List;
import org.heratio.offsite.dashboard.http.Answers;
import org.heratio.offsite.dashboard.http.ProblemException;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.CopyState;
import org.heratio.offsite.ledger.Journal;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.Version;
import org.heratio.offsite.ledger.VersionState;
import org.jspecify.annotations.Nullable;

/** Answers for one archive: its version, its copies, and its story. */
public final class ArchiveHandlers {
    private static final int OTHERS = 50;

    private final Answers answers;
    private final Ledger ledger;

    public ArchiveHandlers(Answers answers, Ledger ledger) {
        this.answers = answers;
        this.ledger = ledger;
    }

    private record Archive(VersionView version, List<CopyView> copies, Commands commands, List<VersionView> others) {}

    private record VersionView(
            long id,
            String path,
            VersionState state,
            long sizeBytes,
            @Nullable String sha256,
            Instant mtime,
            Instant landedAt,
            Instant settledAt,
            @Nullable String error,
            @Nullable String hint) {
        static VersionView of(Version version) {
            long nanos = version.mtimeNanos();
            return new VersionView(
                    version.id(),
                    version.path(),
                    version.state(),
                    version.size(),
                    version.sha256(),
                    Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L)),
                    Instant.ofEpochMilli(version.landedAt()),
                    Instant.ofEpochMilli(version.settledAt()),
                    version.error(),
                    null);
        }
    }

    private record CopyView(
            long id,
            String driver,
            CopyState state,
            String remotePath,
            long sizeBytes,
            @Nullable String sha256,
            boolean encrypted,
            @Nullable Instant replicatedAt,
            @Nullable Instant verifiedAt,
            @Nullable Instant proofFailingSince,
            @Nullable Integer attempts,
            @Nullable String error,
            @Nullable String hint) {
        static CopyView of(Copy copy) {
            return new CopyView(
                    copy.id(),
                    copy.driver(),
                    copy.state(),
                    copy.remotePath(),
                    copy.size(),
                    copy.sha256(),
                    copy.encrypted(),
                    time(copy.replicatedAt()),
                    time(copy.provedAt()),
                    null,
                    null,
                    copy.error(),
                    null);
        }

        private static @Nullable Instant time(@Nullable Long millis) {
            return millis == null ? null : Instant.ofEpochMilli(millis);
        }
    }

    /** The commands that do the same, ready for a shell. */
    private record Commands(String restore, String verify, String replicate, String history) {
        static Commands of(String path) {
            String quoted = Shell.quoted(path);
            return new Commands(
                    "offsite restore " + quoted,
                    "offsite verify-integrity --all",
                    "offsite replicate",
                    "offsite history " + quoted);
        }
    }

    /** Tells all about one version. */
    public void archive(RoutingContext request) {
        long id = new Parameters(request).id("version_id");
        answers.from(request, () -> {
            Version version = version(id);
            return new Archive(
                    VersionView.of(version),
                    ledger.copies().ofVersion(version.holder()).stream()
                            .map(CopyView::of)
                            .toList(),
                    Commands.of(version.path()),
                    ledger.search().versionsOf(version.path(), OTHERS).stream()
                            .filter(other -> other.id() != id)
                            .map(VersionView::of)
                            .toList());
        });
    }

    private Version version(long id) throws FailureException {
        return ledger.versions()
                .find(id)
                .orElseThrow(() -> ProblemException.notFound("the ledger has no version " + id));
    }

    /** Tells what happened to the archive of a version, newest first. */
    public void story(RoutingContext request) {
        Parameters given = new Parameters(request);
        long id = given.id("version_id");
        Long beyond = given.idCursor();
        int limit = given.limit();
        answers.from(
                request,
                () -> HistoryHandlers.Events.of(
                        ledger.journal().story(version(id).path(), Journal.Order.NEWEST_FIRST, beyond, limit + 1),
                        limit));
    }
}
