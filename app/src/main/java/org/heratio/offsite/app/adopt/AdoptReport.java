package org.heratio.offsite.app.adopt;

import java.io.PrintStream;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.heratio.offsite.app.report.Bytes;
import org.heratio.offsite.app.report.UnreadableReport;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.text.Printable;
import org.jspecify.annotations.Nullable;

/** What {@code offsite adopt} says. */
public final class AdoptReport {
    private final Comparison.Found found;
    private final @Nullable Integer adopted;

    /** @param adopted how many were taken into the ledger; null when nobody asked for it */
    public AdoptReport(Comparison.Found found, @Nullable Integer adopted) {
        this.found = found;
        this.adopted = adopted;
    }

    /** Whether everything that Heratio claims is there, as far as anybody looked. */
    public boolean allWell() {
        return found.claims().stream().noneMatch(Claim::bad)
                && found.unreadable().total() == 0;
    }

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
        new UnreadableReport(found.unreadable()).lines().forEach(out::println);
        out.printf(
                "adopt: %d rows of Heratio's: %s; %d of them unencrypted; %d known to the ledger already; %d archives unshipped%n",
                found.claims().size() + found.known(),
                String.join(
                        ", ",
                        counts().entrySet().stream()
                                .map(count -> count.getValue() + " " + count.getKey())
                                .toList()),
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
                : claim.row().driver() + ":" + Printable.of(claim.row().remotePath());
        out.printf("%-11s %s -> %s: %s%n", word, Printable.of(claim.row().localPath()), remote, Printable.of(detail));
    }

    /** For {@code --json}. */
    public Map<String, @Nullable Object> tree() {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("command", "adopt");
        tree.put("ok", allWell());
        tree.put("rows", found.claims().size() + found.known());
        tree.put("known", found.known());
        tree.putAll(counts());
        tree.put("unencrypted", unencrypted());
        tree.put("adopted", adopted);
        tree.put("claims", found.claims().stream().map(AdoptReport::tree).toList());
        tree.put("unshipped", found.unshipped().stream().map(AdoptReport::tree).toList());
        tree.put("unreadable", new UnreadableReport(found.unreadable()).tree());
        return tree;
    }

    private static Map<String, @Nullable Object> tree(Claim claim) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("local_path", claim.row().localPath());
        tree.put("driver", claim.row().driver());
        tree.put("remote_path", claim.row().remotePath());
        tree.put("size_bytes", claim.row().sizeBytes());
        tree.put("status", claim.row().status());
        tree.put("encrypted", claim.row().encrypted());
        tree.put("result", word(claim.verdict()));
        tree.put("detail", claim.detail().isEmpty() ? null : claim.detail());
        tree.put("local", local(claim));
        return tree;
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

    private static Map<String, @Nullable Object> tree(ArchiveFile archive) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("local_path", archive.path());
        tree.put("size_bytes", archive.size());
        return tree;
    }

    private Map<String, Integer> counts() {
        EnumMap<Claim.Verdict, Integer> counts = new EnumMap<>(Claim.Verdict.class);
        for (Claim.Verdict verdict : Claim.Verdict.values()) {
            counts.put(verdict, 0);
        }
        found.claims().forEach(claim -> counts.merge(claim.verdict(), 1, Integer::sum));
        Map<String, Integer> named = new LinkedHashMap<>();
        counts.forEach((verdict, count) -> named.put(word(verdict), count));
        return named;
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
