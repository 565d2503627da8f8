package org.heratio.offsite.app.run;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.destination.Destination;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.finding.Finding;
import org.heratio.offsite.ledger.HeratioTables;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.jdbc.LedgerDoctor;
import org.heratio.offsite.operations.doctor.Examined;
import org.heratio.offsite.operations.inventory.BackupInventory;
import org.heratio.offsite.operations.keys.MisreadCopies;
import org.heratio.offsite.operations.keys.PassphraseCheck;
import org.heratio.offsite.operations.keys.PlaintextGuard;
import org.heratio.offsite.operations.places.Places;
import org.jspecify.annotations.Nullable;

/** The installation of the settings, as a doctor examines it. */
record ExaminedInstallation(Settings settings, Clock clock) implements Examined {
    @Override
    public BackupInventory inventory() {
        return new WatcherInventory(settings);
    }

    @Override
    public Optional<HeratioTables> heratio() {
        return Ledgers.heratio(settings, Duration.ZERO);
    }

    @Override
    public boolean besideHeratio() {
        return Ledgers.besideHeratio(settings);
    }

    @Override
    public String ledgerPlace() {
        return (Ledgers.embedded(settings) ? "in " : "") + Ledgers.place(settings);
    }

    @Override
    public List<Finding> ledgerRights() {
        return Ledgers.shared(settings)
                ? new LedgerDoctor(Ledgers.config(settings).withPatience(Duration.ZERO)).findings()
                : List.of();
    }

    @Override
    public List<Finding> broker(@Nullable String ledger) throws InterruptedException {
        return BrokerDoctor.examine(settings, ledger);
    }

    @Override
    public List<Finding> destination(String driver) throws FailureException, InterruptedException {
        return Drivers.known(driver).examine(settings, clock);
    }

    @Override
    public Opened open() throws FailureException, ConfigException, InterruptedException {
        return new OpenedServices(Services.openWithoutBroker(settings, clock));
    }

    private record OpenedServices(Services services) implements Opened {
        @Override
        public Ledger ledger() {
            return services.node().ledger();
        }

        @Override
        public Map<String, Destination> destinations() {
            return services.node().destinations();
        }

        @Override
        public PassphraseCheck passphraseCheck() {
            return services.passphraseCheck();
        }

        @Override
        public MisreadCopies misreadCopies() {
            return services.misreadCopies();
        }

        @Override
        public PlaintextGuard plaintextGuard() {
            return services.plaintextGuard();
        }

        @Override
        public Places places() {
            return services.places();
        }

        @Override
        public void close() {
            services.close();
        }
    }
}
