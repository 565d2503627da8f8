package org.heratio.offsite.ledger;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.heratio.offsite.archive.ArchiveFile;
import org.heratio.offsite.ledger.jdbc.JdbcLedger;
import org.heratio.offsite.ledger.jdbc.LedgerConfig;
import org.heratio.offsite.testing.DatabaseServer;

/** What runs in a {@link LedgerProcess}: a ledger, and a line for each thing that was acknowledged. */
public final class LedgerChild {
    private LedgerChild() {}

    /**
     * @param arguments {@code write} settles without end; {@code hold} takes the lease {@code copy:1} and waits; {@code drain} writes
     *     ten more in a shutdown hook
     */
    public static void main(String[] arguments) throws Exception {
        String what = arguments[0];
        Ledger ledger = JdbcLedger.open(Vertx.vertx(), config(arguments[1]), Clock.systemUTC());
        say("open");
        switch (what) {
            case "write" -> {
                for (int number = 0; ; number++) {
                    settle(ledger, arguments[2] + number);
                }
            }
            case "hold" -> {
                Optional<Lease> lease = ledger.leases().take("copy:1");
                say(lease.isPresent() ? "held" : "refused");
                new CountDownLatch(1).await();
            }
            case "drain" -> {
                Runtime.getRuntime().addShutdownHook(new Thread(() -> drain(ledger)));
                settle(ledger, "before");
                new CountDownLatch(1).await();
            }
            default -> throw new IllegalArgumentException(what);
        }
    }

    private static void drain(Ledger ledger) {
        long until = System.nanoTime() + Duration.ofMillis(1500).toNanos();
        int number = 0;
        try {
            while (System.nanoTime() < until) {
                settle(ledger, "drained" + number++);
            }
            ledger.close();
            say("closed");
        } catch (LedgerException e) {
            say("failed " + e.getMessage());
        }
    }

    private static void settle(Ledger ledger, String name) throws LedgerException {
        ledger.versions().settle(new ArchiveFile("/backups/" + name, name, 1, 1), 1, List.of("localfs"), false);
        say("settled " + name);
    }

    @SuppressWarnings("SystemOut")
    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    /** @param where a JDBC URL, or the state directory of an embedded ledger */
    private static LedgerConfig config(String where) {
        if (!where.startsWith("jdbc:")) {
            return LedgerConfig.h2(Path.of(where));
        }
        return where.startsWith("jdbc:h2:")
                ? new LedgerConfig(where, "", "")
                : new LedgerConfig(where, DatabaseServer.USER, DatabaseServer.PASSWORD);
    }
}
