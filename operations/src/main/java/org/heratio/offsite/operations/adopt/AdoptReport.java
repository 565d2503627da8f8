package org.heratio.offsite.operations.adopt;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.heratio.offsite.operations.report.Bytes;
import org.heratio.offsite.operations.report.UnreadableReport;
import org.heratio.offsite.text.Printable;
import org.jspecify.annotations.Nullable;

/** The report of {@code offsite adopt}. */
public final class AdoptReport {
    private final Comparison.Found found;
    private final @Nullable Integer adopted;

    /** @param adopted how many were taken into the ledger; null when nobody asked for it */
    public AdoptReport(Comparison.Found found, @Nullable Integer adopted) {
        this.found = found;
        this.adopted = adopted;
    }

    /** Returns whether everything that Heratio claims is there, as far as it was compared. */
    public boolean allWell() {
        return found.claims().stream().noneMatch(Claim::bad)
                && found.unreadable().total() == 0;
    }

    /** Prints it for people. */
    public void print(PrintStream out) {
        for (Claim claim : found.claims()) {
            if (!claim.detail().isEmpty()) {
                line(out, claim, word(claim.verdict()), claim.detail());
            }
            if (claim.fits() && claim.localChanged()) {
                line(out, claim, local(claim), claim.change().text() + "; it is shipped beside this copy");
            }
            if (claim.fits() && !claim.row().encrypted()) {
                line(out, claim, "unencrypted", "who can read the destination can read it");
            }
        }
        found.unshipped()
                .forEach(archive -> out.printf(
                        "%-11s %s (%s)%n", "unshipped", Printable.of(archive.path()), Bytes.human(archive.size())));
        UnreadableReport.of(found.unreadable()).lines().forEach(out::println);
        out.printf(
                "adopt: %d rows of Heratio's: %s; %d of them unencrypted; %d known to the ledger already; %d archives unshipped%n",
                found.claims().size() + found.known(),
                String.join(
                        ", ", Stream.of(Claim.Verdict.values()).map(this::count).toList()),
                unencrypted(),
                found.known(),
                found.unshipped().size());
        out.println(
                adopted == null
                        ? "nothing was changed; --apply takes what fits, or is lost, into the ledger, as replicate and serve do by themselves"
                        : adopted + " copies were taken into the ledger");
    }

    private static void line(PrintStream out, Claim claim, String word, String detail) {
        String remote = claim.row().remotePath().isEmpty()
                ? claim.row().driver()
                : claim.row().driver() + ":" + claim.row().remotePath();
        out.printf(
                "%-11s %s -> %s: %s%n",
                word, Printable.of(claim.row().localPath()), Printable.of(remote), Printable.of(detail));
    }

    /** Returns the same for JSON. */
    public AdoptSummary summary() {
        return new AdoptSummary(
                "adopt",
                allWell(),
                found.claims().size() + found.known(),
                found.known(),
                AdoptSummary.Counts.of(found.claims()),
                unencrypted(),
                adopted,
                found.claims().stream().map(AdoptReport::row).toList(),
                found.unshipped().stream()
                        .map(archive -> new AdoptSummary.Archive(archive.path(), archive.size()))
                        .toList(),
                UnreadableReport.of(found.unreadable()));
    }

    private static AdoptSummary.Row row(Claim claim) {
        return new AdoptSummary.Row(
                claim.row().localPath(),
                claim.row().driver(),
                claim.row().remotePath(),
                claim.row().sizeBytes(),
                claim.row().status(),
                claim.row().encrypted(),
                claim.verdict(),
                claim.detail().isEmpty() ? null : claim.detail(),
                local(claim));
    }

    private static String local(Claim claim) {
        if (claim.local() == null) {
            return "gone";
        }
        return switch (claim.change()) {
            case NONE -> "there";
            case REWRITTEN -> "changed";
            case UNTIMED, UNZONED -> "unsure";
        };
    }

    private String count(Claim.Verdict verdict) {
        return AdoptSummary.Counts.of(found.claims(), verdict) + " " + word(verdict);
    }

    private long unencrypted() {
        List<Claim> claims = found.claims();
        return claims.stream()
                .filter(claim -> claim.fits() && !claim.row().encrypted())
                .count();
    }

    private static String word(Claim.Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }
}
