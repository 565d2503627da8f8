package org.heratio.offsite.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Archives that a restore of many can bring back. */
abstract class LedgerRestorableContract extends LedgerIdleContract {
    private static final long NOW = Long.MAX_VALUE;

    private static long seconds(long seconds) {
        return seconds * 1_000_000_000L;
    }

    /** Reads all pages, in small ones. */
    private List<Long> newest(long asOf) throws LedgerException {
        List<Long> ids = new ArrayList<>();
        long after = 0;
        while (true) {
            List<Version> page = ledger.restorableArchives().newest(BOTH, asOf, after, 2);
            page.forEach(version -> ids.add(version.id()));
            if (page.size() < 2) {
                return ids;
            }
            after = page.get(1).id();
        }
    }

    @Test
    void theNewestVersionOfEachArchiveIsRestored() throws Exception {
        Version first = settled("a.gz", 5);
        shipped(first);
        clock.advanceSeconds(1);
        Version second = settled("a.gz", 6);
        shipped(second);
        Version other = settled("b.gz", 7);
        shipped(other);
        Version third = settled("c.gz", 8);
        shipped(third);

        assertThat(newest(NOW)).containsExactly(second.id(), other.id(), third.id());
        assertThat(newest(seconds(7))).containsExactly(second.id(), other.id());
        assertThat(newest(seconds(5))).containsExactly(first.id());
        assertThat(newest(seconds(4))).isEmpty();
        assertThat(ledger.restorableArchives().newest(List.of("s3"), NOW, 0, 10))
                .as("copies at another destination")
                .isEmpty();
    }

    @Test
    void aVersionWithoutACopyHidesNoEarlierOne() throws Exception {
        Version shipped = settled("a.gz", 5);
        shipped(shipped);
        clock.advanceSeconds(1);
        Version waiting = settled("a.gz", 6);
        settled("b.gz", 5);

        assertThat(newest(NOW)).containsExactly(shipped.id());

        shipped(waiting);
        assertThat(newest(NOW)).containsExactly(waiting.id());
        sql("UPDATE offsite_copy SET state = 'MISSING' WHERE version_id = " + waiting.id());
        assertThat(newest(NOW)).containsExactly(shipped.id());
    }
}
