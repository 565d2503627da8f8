package org.heratio.offsite.app.run;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.heratio.offsite.archive.BackupDirectory;
import org.heratio.offsite.config.ConfigException;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.dashboard.DashboardParts;
import org.heratio.offsite.dashboard.metrics.NotifyFigures;
import org.heratio.offsite.dashboard.metrics.ProcessMetrics;
import org.heratio.offsite.event.ScanRequested;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.ledger.HeratioTables;
import org.heratio.offsite.operations.adopt.Adopter;
import org.heratio.offsite.operations.adopt.Adoption;
import org.heratio.offsite.operations.adopt.Comparison;
import org.heratio.offsite.operations.deadletters.DeadLetters;
import org.heratio.offsite.operations.doctor.Doctor;
import org.heratio.offsite.operations.history.HistoryService;
import org.heratio.offsite.operations.history.StoryService;
import org.heratio.offsite.operations.keys.Keys;
import org.heratio.offsite.operations.keys.MisreadCopies;
import org.heratio.offsite.operations.keys.PassphraseCheck;
import org.heratio.offsite.operations.keys.PlaintextGuard;
import org.heratio.offsite.operations.keys.UnknownKeys;
import org.heratio.offsite.operations.notify.NotificationsService;
import org.heratio.offsite.operations.notify.Notifier;
import org.heratio.offsite.operations.notify.NotifyChannels;
import org.heratio.offsite.operations.notify.Summary;
import org.heratio.offsite.operations.places.Places;
import org.heratio.offsite.operations.request.EventFeed;
import org.heratio.offsite.operations.request.ReplicationPlanner;
import org.heratio.offsite.operations.request.RequestFollower;
import org.heratio.offsite.operations.request.RequestService;
import org.heratio.offsite.operations.request.ScanPreview;
import org.heratio.offsite.operations.request.SkippedArchives;
import org.heratio.offsite.operations.restore.ArchiveFinder;
import org.heratio.offsite.operations.restore.RestoreService;
import org.heratio.offsite.operations.restore.Restorer;
import org.heratio.offsite.operations.restore.VersionsService;
import org.heratio.offsite.operations.status.StatusService;
import org.heratio.offsite.watcher.DryRun;
import org.jspecify.annotations.Nullable;

/** Puts the operations together: each method gives a service its ports. A command opens what its services need, and closes it. Blocks. */
public final class Services implements AutoCloseable {
    private final Node node;
    private final @Nullable StateOwner owner;

    /** Takes a node that its caller closes, or that is closed with this. */
    Services(Node node) {
        this(node, null);
    }

    /** @param owner gets what root has made meanwhile, when this is closed; or null */
    private Services(Node node, @Nullable StateOwner owner) {
        this.node = node;
        this.owner = owner;
    }

    /** Opens ledger, broker and destinations. Fails if a server is unreachable. */
    public static Services open(Settings settings, Clock clock)
            throws FailureException, ConfigException, InterruptedException {
        return new Services(Node.open(settings, clock));
    }

    /** Opens the same without the broker, which need not be reachable. For services that read the ledger and destinations only. */
    public static Services openWithoutBroker(Settings settings, Clock clock)
            throws FailureException, ConfigException, InterruptedException {
        return new Services(Node.openWithoutBroker(settings, clock));
    }

    /** Opens the ledger alone. For status, history and versions; other services throw {@link NullPointerException}. */
    public static Services openLedger(Settings settings, Clock clock)
            throws FailureException, ConfigException, InterruptedException {
        return new Services(Node.openLedger(settings, clock));
    }

    /** Opens the same for a restore. Accepts another ledger than this installation's, if it has archives. */
    public static Services openForRestore(Settings settings, Clock clock)
            throws FailureException, ConfigException, InterruptedException {
        StateOwner owner = StateOwner.of(settings);
        owner.make();
        try {
            return new Services(Node.openForRestore(settings, clock), owner);
        } finally {
            owner.handBack();
        }
    }

    /** Opens the same with the queues of destinations that are no longer configured. For dead letters. */
    public static Services openWithAllQueues(Settings settings, Clock clock)
            throws FailureException, ConfigException, InterruptedException {
        return new Services(Node.openWithAllQueues(settings, clock));
    }

    /** Returns a comparison of Heratio's rows, which needs no ledger. */
    public static Comparison comparison(Settings settings, boolean read) throws ConfigException {
        StateOwner.of(settings).requireOurs();
        NativeCode.unpackBelow(settings.paths().state());
        return comparing(settings, read);
    }

    private static Comparison comparing(Settings settings, boolean read) {
        return new Comparison(
                settings,
                new WatcherInventory(settings),
                (driver, holdsCopies) -> Destinations.open(driver, settings, (any, below) -> holdsCopies),
                read);
    }

    /** Returns a doctor, which opens by itself what it examines. */
    public static Doctor doctor(Settings settings, Clock clock) throws ConfigException {
        StateOwner.of(settings).requireOurs();
        NativeCode.unpackBelow(settings.paths().state());
        return new Doctor(settings, new ExaminedInstallation(settings, clock), clock);
    }

    /** Returns the configured destinations, in the order of the settings. */
    public List<String> drivers() {
        return node.drivers();
    }

    public Clock clock() {
        return node.clock();
    }

    public StatusService status() {
        return new StatusService(node.settings(), node.ledger(), new WatcherInventory(node.settings()), node.clock());
    }

    /**
     * Returns what tells people what happens, to be started.
     *
     * @param healthy whether no work of this process hangs
     */
    Notifier notifier(BooleanSupplier healthy, ProcessMetrics metrics) {
        NotifyChannels channels = channels(node.settings(), node.clock());
        return new Notifier(
                node.ledger(),
                status(),
                channels,
                () -> missing(healthy),
                new NotifyFigures(metrics.registry(), channels.names()),
                node.clock());
    }

    /** Returns the stages that no process runs, and whether something hangs in this one. */
    private List<String> missing(BooleanSupplier healthy) throws FailureException, InterruptedException {
        List<String> missing = new ArrayList<>();
        for (String stage : new RunningPipeline(node, StageSelection.all(node.drivers())).missing()) {
            missing.add("no process runs " + stage);
        }
        if (!healthy.getAsBoolean()) {
            missing.add("work hangs in this process");
        }
        return missing;
    }

    Summary summary() {
        return new Summary(node.ledger(), status(), channels(node.settings(), node.clock()), node.clock());
    }

    /** Returns the channels of notifications, which need no ledger. */
    public static NotifyChannels channels(Settings settings, Clock clock) {
        return new NotifyChannels(settings.notifications(), clock);
    }

    public HistoryService history() {
        return new HistoryService(node.ledger().view(), node.settings().timezone());
    }

    public StoryService story() {
        return new StoryService(node.ledger().view(), node.ledger().journal());
    }

    public VersionsService versions() {
        return new VersionsService(node.ledger().view(), node.ledger().copies());
    }

    public RestoreService restore() {
        Settings.Encryption encryption = node.settings().encryption();
        Restorer restorer = new Restorer(
                Keys.cipher(encryption), Keys.forReading(encryption).orElse(null));
        return new RestoreService(node.ledger().copies(), node.destinations(), restorer);
    }

    public ArchiveFinder archives() {
        return new ArchiveFinder(node.ledger().view(), node.ledger().restorableArchives(), node.drivers());
    }

    public DeadLetters deadLetters() {
        return new DeadLetters(
                node.vertx(),
                node.broker(),
                node.codec(),
                node.ledger(),
                node.settings().broker().queuePrefix(),
                node.queuedDrivers());
    }

    public Adoption adoption() {
        Settings settings = node.settings();
        return new Adoption(
                settings,
                node.ledger(),
                node.destinations(),
                places(),
                comparing(settings, false),
                !Ledgers.embedded(settings));
    }

    /** Returns an adopter that goes on beside a run, after its first review. */
    public Adopter adopter() {
        return Adopter.ofARun(adoption(), node.publisher());
    }

    public PassphraseCheck passphraseCheck() {
        return new PassphraseCheck(
                node.settings().encryption(),
                node.ledger().encryptedCopies(),
                node.destinations().values());
    }

    public MisreadCopies misreadCopies() {
        return new MisreadCopies(node.settings(), node.ledger(), node.publisher());
    }

    /** Looks for copies that none of the passphrases opens. */
    public UnknownKeys unknownKeys() throws FailureException {
        return UnknownKeys.look(node.settings().encryption(), node.ledger());
    }

    public PlaintextGuard plaintextGuard() {
        Settings settings = node.settings();
        Optional<HeratioTables> elsewhere =
                Ledgers.besideHeratio(settings) ? Optional.empty() : Ledgers.heratio(settings, Ledgers.PATIENCE);
        return new PlaintextGuard(settings, node.ledger().encryptedCopies(), elsewhere);
    }

    public Places places() {
        return new Places(
                node.settings(),
                node.destinations(),
                Drivers::known,
                node.ledger().view());
    }

    public ReplicationPlanner planner() {
        return new ReplicationPlanner(node.drivers(), this::preview, adoption());
    }

    private ScanPreview.Plan preview(ScanRequested request) throws FailureException {
        Settings.Watcher watcher = node.settings().watcher();
        DryRun.Plan plan = new DryRun(
                        new BackupDirectory(node.settings().paths().backups()),
                        watcher.include(),
                        watcher.recursive(),
                        node.ledger().versions())
                .plan(request);
        return new ScanPreview.Plan(
                plan.archives().stream()
                        .map(planned -> new ScanPreview.Planned(planned.archive(), planned.work()))
                        .toList(),
                plan.unreadable());
    }

    public SkippedArchives skippedArchives() {
        return new SkippedArchives(node.ledger().versions());
    }

    /** Returns what the operators' page is over. */
    DashboardParts dashboardParts(ProcessMetrics metrics) {
        return new DashboardParts(
                node.settings(),
                BuildInfo.read().version(),
                node.ledger(),
                node.broker(),
                node.publisher(),
                node.destinations(),
                deadLetters(),
                Drivers.places(node.settings()),
                new ScheduledRuns(node.settings()),
                status(),
                new NotificationsService(node.ledger(), channels(node.settings(), node.clock()), node.clock()),
                metrics,
                node.clock());
    }

    /** Returns whether other processes run one of the stages. */
    public boolean runElsewhere(StageSelection stages) throws FailureException, InterruptedException {
        return new RunningPipeline(node, stages).runs();
    }

    /**
     * Opens a request, and blocks until it has ended.
     *
     * @throws ConfigException if archives would be shipped unencrypted without anybody having asked for it
     */
    public RequestFollower.Result run(Run run, RequestService.Listener listener)
            throws FailureException, ConfigException, InterruptedException {
        boolean repairing =
                node.settings().repair() == Settings.Repair.AUTO && run.stages().encryptor();
        RequestService requests = new RequestService(
                node.ledger().requests(), node.publisher(), new EventFeed(node.broker(), node.codec()), node.clock());
        return requests.run(
                new RequestService.Order(run.kind(), run.checks(), repairing, run.patience(), run.event()),
                new Workers(node, run),
                listener,
                run.stop().flag());
    }

    Node node() {
        return node;
    }

    @Override
    public void close() {
        node.close();
        if (owner != null) {
            owner.handBack();
        }
    }
}
