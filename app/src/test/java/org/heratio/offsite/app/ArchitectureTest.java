package org.heratio.offsite.app;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.core.domain.properties.HasParameterTypes.Predicates.rawParameterTypes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;

/** The shape of the house, each rule with its reason. Maven holds the modules apart; this holds the packages apart inside them, too. */
@AnalyzeClasses(
        packages = "org.heratio.offsite",
        importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.NoTestJars.class})
final class ArchitectureTest {
    private static final String ROOT = "org.heratio.offsite.";
    private static final String[] STAGES = {
        ROOT + "watcher..", ROOT + "encryptor..", ROOT + "uploader..", ROOT + "verifier..", ROOT + "dashboard.."
    };
    private static final String OPERATIONS = ROOT + "operations..";
    private static final String APP = ROOT + "app..";
    private static final String DRIVERS = ROOT + "destination.*..";

    /** The contracts of common come in a jar of their own, which the usual option does not know as tests. */
    static final class NoTestJars implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    @ArchTest
    static final ArchRule modulesLookOnlyTowardsCommon = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("common")
            .definedBy(resideInAPackage(ROOT + ".")
                    .and(not(resideInAnyPackage(STAGES)))
                    .and(not(resideInAPackage(OPERATIONS)))
                    .and(not(resideInAPackage(APP))))
            .layer("watcher")
            .definedBy(STAGES[0])
            .layer("encryptor")
            .definedBy(STAGES[1])
            .layer("uploader")
            .definedBy(STAGES[2])
            .layer("verifier")
            .definedBy(STAGES[3])
            .layer("operations")
            .definedBy(OPERATIONS)
            .layer("dashboard")
            .definedBy(STAGES[4])
            .layer("app")
            .definedBy(APP)
            .whereLayer("watcher")
            .mayOnlyBeAccessedByLayers("app")
            .whereLayer("encryptor")
            .mayOnlyBeAccessedByLayers("app")
            .whereLayer("uploader")
            .mayOnlyBeAccessedByLayers("app")
            .whereLayer("verifier")
            .mayOnlyBeAccessedByLayers("app")
            .whereLayer("operations")
            .mayOnlyBeAccessedByLayers("dashboard", "app")
            .whereLayer("dashboard")
            .mayOnlyBeAccessedByLayers("app")
            .whereLayer("app")
            .mayNotBeAccessedByAnyLayer()
            .because("each stage has to run as a process of its own, which holds only while stages speak by messages"
                    + " and the ledger alone, and while what they share knows none of them; what people ask for is the"
                    + " same whether a command or a page asks, which holds while operations know neither");

    @ArchTest
    static final ArchRule operationsAndThePageKnowOnlyPorts = noClasses()
            .that()
            .resideInAnyPackage(OPERATIONS, STAGES[4])
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    ROOT + "broker.local..",
                    ROOT + "broker.rabbit..",
                    ROOT + "ledger.jdbc..",
                    DRIVERS,
                    "picocli..",
                    "ch.qos.logback..")
            .because("an operation must hold for each ledger, broker and destination, and for each way to ask for it");

    @ArchTest
    static final ArchRule operationsHaveNoCycles = slices().matching(ROOT + "operations.(*)..")
            .should()
            .beFreeOfCycles()
            .because("an operation is understood, and tested, with those that it uses and no others");

    @ArchTest
    static final ArchRule theAppHasNoCycles = slices().matching(ROOT + "(**)")
            .that(describe("are packages of app", slice -> slice.getNamePart(1).startsWith("app")))
            .should()
            .beFreeOfCycles()
            .because("commands use the wiring, and the wiring knows no command");

    @ArchTest
    static final ArchRule onlyTheWiringKnowsNodeAndPipeline = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "app.run..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName(ROOT + "app.run.Node")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName(ROOT + "app.run.Pipeline")
            .because("commands ask services, which get the ports that they need and not all that a process has");

    @ArchTest
    static final ArchRule noJarIsOpenedAsAFileSystem = noClasses()
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(FileSystems.class)
            .because("the runtime of the package has no module jdk.zipfs, and jdeps cannot see that it is wanted");

    @ArchTest
    static final ArchRule onlyTheS3DriverKnowsTheAwsSdk = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "destination.s3..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("software.amazon.awssdk..")
            .because("S3 is one destination among others: its SDK must be replaceable in one package");

    @ArchTest
    static final ArchRule onlyTheSftpDriverKnowsItsClient = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "destination.sftp..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.sshd..")
            .because("SFTP is one destination among others: its client must be replaceable in one package");

    @ArchTest
    static final ArchRule onlyTheRabbitAdapterKnowsRabbit = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "broker.rabbit..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx.rabbitmq..", "com.rabbitmq..")
            .because("no feature may be needed that the broker in the JVM does not have, and the client's own recovery"
                    + " loses messages: it is tamed in one place");

    @ArchTest
    static final ArchRule onlyTheLedgerKnowsSql = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "ledger..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.sql..",
                    "javax.sql..",
                    "io.vertx.sqlclient..",
                    "io.vertx.jdbcclient..",
                    "org.flywaydb..",
                    "org.h2..",
                    "org.mariadb..",
                    "org.postgresql..")
            .because(
                    "our tables and Heratio's are written in one transaction, by one hand, on three kinds of database");

    @ArchTest
    static final ArchRule onlyTheConfigurationReadsTheEnvironment = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "config..")
            .should()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .because("every setting is documented, checked at the start and shown by 'offsite config' with its origin");

    /**
     * Classes where a wrong "not there" cannot be told as good news: the next call fails with the true reason (SpoolFiles, Partials,
     * LocalFsDestination, WatchedTree, RestoreCommand, HealthFile), something is left for later (StagingArea, SharedConnection), or the
     * sentence for people says "not there, or not readable" (Doctor, DemoCommand).
     */
    private static final String MAY_GUESS =
            "(SpoolFiles|Partials|LocalFsDestination|WatchedTree|RestoreCommand|HealthFile"
                    + "|StagingArea|SharedConnection|Doctor|DemoCommand)";

    @ArchTest
    static final ArchRule whatCannotBeLookedAtIsNotCalledMissing = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + "files..", ROOT + "config..", ROOT + "process..", ROOT + "app.demo..")
            .and()
            .haveNameNotMatching(".*\\." + MAY_GUESS + "(\\$.*)?")
            .should()
            .callMethodWhere(target(owner(assignableTo(Files.class)))
                    .and(target(nameMatching("exists|notExists|isRegularFile|isDirectory"))))
            .because("these methods answer false for all that they cannot look at: Look tells that apart");

    @ArchTest
    static final ArchRule nothingGoesThroughAShell = noClasses()
            .should()
            .callMethodWhere(target(owner(assignableTo(Runtime.class))).and(target(name("exec"))))
            .because("names of archives hold blanks, quotes and line breaks: ProcessBuilder takes arguments as a list");

    @ArchTest
    static final ArchRule childrenGetNoEnvironmentOfOurs = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(ROOT + "process.ChildCommand")
            .should()
            .callConstructor(ProcessBuilder.class, List.class)
            .orShould()
            .callConstructor(ProcessBuilder.class, String[].class)
            .orShould()
            .callMethod(ProcessBuilder.class, "environment")
            .because("the environment can hold every secret, and a child shows its own to whoever may look at it");

    @ArchTest
    static final ArchRule oneClassSpeaksOnStandardError = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(ROOT + "app.cli.Messages")
            // gives it to the parser of the command line
            .and()
            .doNotHaveFullyQualifiedName(ROOT + "app.cli.CommandLineFactory")
            // says one fixed sentence, in the handler of a signal
            .and()
            .doNotHaveFullyQualifiedName(ROOT + "app.run.StopSignal")
            .should()
            .accessField(System.class, "err")
            .because("what is said holds names from outside, and must do nothing to a terminal");

    @ArchTest
    static final ArchRule driversDoNotKnowOneAnother = slices().matching(ROOT + "destination.(*)..")
            .should()
            .notDependOnEachOther()
            .because("a driver is added or taken away as a package; what two of them need belongs into destination");

    @ArchTest
    static final ArchRule driversKnowNothingOfThePipeline = noClasses()
            .that()
            .resideInAPackage(DRIVERS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + "ledger..", ROOT + "broker..", ROOT + "stage..", ROOT + "event..")
            .because("a restore without a ledger needs destinations that work without one");

    @ArchTest
    static final ArchRule whatAFarSideSendsHasALimit = noClasses()
            .that()
            .resideInAnyPackage(
                    ROOT + "destination..",
                    ROOT + "verifier..",
                    ROOT + "operations.restore..",
                    ROOT + "operations.adopt..",
                    ROOT + "operations.keys..")
            .should()
            .callMethodWhere(target(owner(assignableTo(InputStream.class))).and(target(name("readAllBytes"))))
            .orShould()
            .callMethodWhere(target(owner(assignableTo(InputStream.class))).and(target(name("transferTo"))))
            .orShould()
            .callMethodWhere(target(name("toBytes"))
                    .and(target(owner(assignableTo("software.amazon.awssdk.core.async.AsyncResponseTransformer")))))
            .because("a copy of five kilobytes may come as an endless stream: a reader stops at what was expected");

    /** The journal of uploads and the names of sockets are our own. */
    @ArchTest
    static final ArchRule numbersOfAFarSideAreChecked = noClasses()
            .that()
            .resideInAPackage(ROOT + "destination..")
            .and()
            .haveNameNotMatching(".*\\.(Expected|UploadJournal|SocketDirectory)(\\$.*)?")
            .should()
            .callMethod(Long.class, "parseLong", String.class)
            .because("a host may say 99999999999999999999 bytes: that is a failure of its, and no exception of ours");

    @ArchTest
    static final ArchRule stagesKnowDestinationsOnlyByTheirPort = noClasses()
            .that()
            .resideInAnyPackage(STAGES)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(DRIVERS)
            .because("what a stage does must hold for each destination, also for those to come");

    @ArchTest
    static final ArchRule brokersKnowOnlyEnvelopes = noClasses()
            .that()
            .resideInAPackage(ROOT + "broker..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + "ledger..", ROOT + "stage..", ROOT + "event..", ROOT + "destination..")
            .because("a broker moves bytes: what they mean is decoded once, in the stage shell");

    @ArchTest
    static final ArchRule onlyOpenPgpKnowsBouncyCastle = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "openpgp..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.bouncycastle..")
            .because("the cipher stands behind a seam so that a faster one can take its place");

    @ArchTest
    static final ArchRule onlyNotificationsKnowMail = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "operations.notify..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.mail..", "org.eclipse.angus..")
            .because("each channel must be replaceable with its library in one class");

    /** Classes that open files themselves, each with the reason why no other user can replace the file. */
    private static final Map<String, String> OPENING = Map.ofEntries(
            entry("dashboard.login.TokenFile", "the operator names the file"),
            entry("destination.PayloadReader", "the path of the payload is that of a descriptor"),
            entry("destination.rsync.RsyncAccount", "what was fetched is in a new directory of ours"),
            entry("destination.rsync.StagingDirectory", "a new directory of ours"),
            entry("destination.rsync.StagingArea", "makes a new file, which follows no link"),
            entry("destination.s3.UploadJournal", "the state directory"),
            entry("destination.sftp.Connection", "the operator names the key"),
            entry("destination.sftp.KnownHosts", "the operator names the file, and ssh shares it"),
            entry("ledger.Installation", "the state directory"),
            entry("ledger.jdbc.EmbeddedFile", "the ledger's directory, which is private"),
            entry("ledger.jdbc.OpenLock", "the ledger's directory, which is private"),
            entry("ledger.jdbc.StoreStart", "the ledger's directory, which is private"),
            entry("operations.restore.MemberFiles", "a new directory of ours, which is private"),
            entry("operations.setup.SettingsFile", "the operator names the file"),
            entry("openpgp.Passphrase", "the operator names the file"),
            entry("spool.SpoolFiles", "makes a new file, which follows no link"),
            entry("watcher.LeaseProbe", "opens a descriptor of HeldFile once more"));

    @ArchTest
    static final ArchRule filesAreOpenedByTheirDescriptors = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + "files..", ROOT + "config..", ROOT + "process..", ROOT + "app.demo..")
            .and(describe(
                    "have no reason to open files themselves",
                    type -> !OPENING.containsKey(
                            type.getName().replaceFirst("\\$.*", "").substring(ROOT.length()))))
            .should()
            .callMethodWhere(target(owner(assignableTo(Files.class)))
                    .and(target(
                            nameMatching("new(Input|Output)Stream|newByteChannel|newBuffered(Reader|Writer)|lines|copy"
                                    + "|read(AllBytes|AllLines|String)|write(String)?|setLastModifiedTime"))))
            .orShould()
            .callMethodWhere(target(owner(assignableTo(FileChannel.class))).and(target(name("open"))))
            .orShould()
            .callConstructorWhere(target(owner(assignableTo(FileInputStream.class)
                            .or(assignableTo(FileOutputStream.class))
                            .or(assignableTo(RandomAccessFile.class))))
                    .and(target(not(rawParameterTypes(FileDescriptor.class)))))
            .orShould()
            .callMethodWhere(target(owner(assignableTo("com.sun.jna.Library"))).and(target(name("open"))))
            .because("between a look at a name and its use another user can put a link, a pipe or another file there:"
                    + " HeldFile looks at what it has open (ADR 70)");

    @ArchTest
    static final ArchRule nothingChangesInStaticFields = noFields()
            .that()
            .areStatic()
            .should()
            .notBeFinal()
            .because("two pipelines have to run in one JVM, as they do in the tests");
}
