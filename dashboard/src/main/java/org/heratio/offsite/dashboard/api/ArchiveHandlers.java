package org.heratio.offsite.dashboard.api;

import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import org.heratio.offsite.dashboard.http.Answers;
import org.heratio.offsite.dashboard.http.ProblemException;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.Copy;
import org.heratio.offsite.ledger.Journal;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.LedgerException;
import org.heratio.offsite.ledger.Retries;
import org.heratio.offsite.ledger.Version;

/** Answers for one archive: its version, its copies, and its story. */
public final class ArchiveHandlers {
    private static final int OTHERS = 50;

    private final Answers answers;
    private final Ledger ledger;

    public ArchiveHandlers(Answers answers, Ledger ledger) {
        this.answers = answers;
        this.ledger = ledger;
    }

    private record Archive(
            ArchiveView.OfVersion version,
            List<ArchiveView.OfCopy> copies,
            Commands commands,
            List<ArchiveView.OfVersion> others) {}

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
        answers.from(request, () -> archive(version(id)));
    }

    private Archive archive(Version version) throws LedgerException {
        List<Copy> copies = ledger.copies().ofVersion(version.holder());
        List<Long> ids = copies.stream().map(Copy::id).toList();
        Map<Long, Retries.Attempt> attempts = ledger.retries().ofCopies(ids);
        Map<Long, Long> failing = ledger.retries().proofsFailingSince(ids);
        ArchiveView view = new ArchiveView();
        return new Archive(
                view.version(version, ledger.retries().ofVersion(version.id()).orElse(null)),
                copies.stream()
                        .map(copy -> view.copy(copy, attempts.get(copy.id()), failing.get(copy.id())))
                        .toList(),
                Commands.of(version.path()),
                ledger.search().versionsOf(version.path(), OTHERS).stream()
                        .filter(other -> other.id() != version.id())
                        .map(other -> view.version(other, null))
                        .toList());
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
